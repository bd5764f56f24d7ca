from __future__ import annotations

from shared_factory import every_kind, indicator

from stillwatch.core.indicator import IndicatorKind
from stillwatch.intel.stix_observable import observable


def test_what_stix_has_an_observable_for_is_one() -> None:
    made = {one.kind: observable(one, ()) for one in every_kind()}
    assert {kind: one.id.partition("--")[0] for kind, one in made.items() if one} == {
        "account": "user-account",
        "address": "ipv6-addr",
        "prefix": "ipv4-addr",
        "asn": "autonomous-system",
        "domain": "domain-name",
    }


def test_a_network_without_its_number_is_none() -> None:
    assert observable(indicator(kind=IndicatorKind.ASN, value="a network"), ()) is None
