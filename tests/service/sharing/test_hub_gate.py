"""What a member may publish at a hub."""

from __future__ import annotations

import pytest

from received_rows import LAB_A, LAB_B, documents, indicator, stix
from stillwatch.core.errors import InputError
from stillwatch.core.marking import Handling, Tlp
from stillwatch.service.sharing.hub_gate import admit, read_envelope
from stillwatch.service.sharing.hub_members import HubRole, Member

MEMBER = Member("lab-a", LAB_A, HubRole.TRUSTED, Tlp.AMBER, 0.0, None, "")


@pytest.mark.parametrize("tlp", [Tlp.CLEAR, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER_STRICT])
def test_a_bundle_of_ones_own_is_taken_whole_with_its_marking(tlp: Tlp) -> None:
    told = documents(stix(indicator(1), handling=Handling(tlp=tlp)))
    admitted = admit(told, MEMBER)
    assert (len(admitted.objects), admitted.refused) == (len(told), ())
    marked = {one.tlp for one in admitted.objects if one.type in ("campaign", "indicator", "relationship", "ipv4-addr")}
    assert marked == {tlp}
    assert [one.is_named_by_content for one in admitted.objects if one.type == "ipv4-addr"] == [True]


def test_nobody_publishes_in_anothers_name() -> None:
    refused = admit(documents(stix(indicator(1), producer_id=LAB_B)), MEMBER).refused
    assert {one.object_id.partition("--")[0] for one in refused} >= {"campaign", "indicator", "relationship"}
    assert {one.reason for one in refused} == {"created_by_ref is not your identity"}


def test_of_tlp_red_a_hub_hears_nothing() -> None:
    admitted = admit(documents(stix(indicator(1), handling=Handling(tlp=Tlp.RED))), MEMBER)
    assert {one.type for one in admitted.objects} <= {"identity", "marking-definition", "extension-definition"}
    assert "TLP:RED is told to persons, not to a hub" in {one.reason for one in admitted.refused}


def test_a_marking_that_nobody_understands_counts_as_the_strictest() -> None:
    told = documents(stix())
    [one] = [one for one in told if one["type"] == "campaign"]
    odd = {**one, "object_marking_refs": ["marking-definition--00000000-0000-4000-8000-000000000000"]}
    many = {**one, "object_marking_refs": one["object_marking_refs"] * 100}
    assert [admit([other], MEMBER).refused[0].reason[:7] for other in (odd, many)] == ["TLP:RED", "TLP:RED"]


def test_what_has_no_author_says_nothing_of_its_own() -> None:
    told = documents(stix(indicator(1)))
    nameless = [{name: value for name, value in one.items() if name != "created_by_ref"} for one in told]
    kinds = {one.object_id.partition("--")[0] for one in admit(nameless, MEMBER).refused}
    assert {"campaign", "indicator", "relationship"} <= kinds
    foreign = {**next(one for one in told if one["type"] == "identity" and one["id"] == LAB_A), "id": LAB_B}
    assert admit([foreign], MEMBER).refused[0].reason == "a member speaks of no identity but its own"


def test_an_object_that_is_too_large_is_refused_by_itself() -> None:
    told = documents(stix())
    large = [{**one, "description": "x" * (1 << 20)} if one["type"] == "campaign" else one for one in told]
    admitted = admit(large, MEMBER)
    assert [one.reason for one in admitted.refused] == ["larger than 1048576 bytes"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"objects": 1}', b"[" * 10_000, b'{"a":' * 10_000])
def test_what_is_no_envelope_is_refused(body: bytes) -> None:
    with pytest.raises(InputError):
        read_envelope(body)
