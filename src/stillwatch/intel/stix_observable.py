"""The observable that an indicator's value is, where STIX has one for it and anybody can read the value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.intel import stix_objects as stix
from stillwatch.intel.stix_ids import observable_id
from stillwatch.intel.stix_pattern import asn_number
from stillwatch.intel.vocabulary.extension import ACCOUNT_TYPE

if TYPE_CHECKING:
    from stillwatch.core.indicator import Indicator


def observable(one: Indicator, refs: tuple[str, ...]) -> stix.Observable | None:
    """Write it, under the id that everybody else gives it; None where there is none, or the value is keyed.

    A keyed account is no exception: the id would be made of the token, and nobody could compare it with theirs.
    """
    if one.form is not Form.CLEAR:
        return None
    if one.kind is IndicatorKind.ACCOUNT:
        parts = {"account_type": ACCOUNT_TYPE, "user_id": one.value}
        return stix.UserAccount(
            id=observable_id("user-account", parts), spec_version="2.1", object_marking_refs=refs, **parts
        )
    if one.kind is IndicatorKind.ASN and (number := asn_number(one.value)):
        found = observable_id("autonomous-system", {"number": number})
        return stix.AutonomousSystem(id=found, spec_version="2.1", object_marking_refs=refs, number=number)
    kind = _valued(one)
    if kind is None:
        return None
    name, made = kind
    found = observable_id(name, {"value": one.value})
    return made(id=found, spec_version="2.1", object_marking_refs=refs, value=one.value)


def _valued(one: Indicator) -> tuple[str, type[stix.Valued]] | None:
    if one.kind is IndicatorKind.DOMAIN:
        return "domain-name", stix.DomainName
    if one.kind in {IndicatorKind.ADDRESS, IndicatorKind.PREFIX}:
        return ("ipv6-addr", stix.Ipv6Address) if ":" in one.value else ("ipv4-addr", stix.Ipv4Address)
    return None
