"""What a member may publish, and how it is marked."""

from __future__ import annotations

from typing import Any

import pytest

from carried import document, id_of
from stillwatch.core.marking import Tlp
from stillwatch.intel.stix_ids import observable_id
from stillwatch.service.sharing.admit_objects import admit_objects

_OURS, _THEIRS = "identity--00000000-0000-0000-0000-0000000000a0", "identity--00000000-0000-0000-0000-0000000000b0"
_GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
_RED = "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"
_ADDRESS = {
    "type": "ipv4-addr",
    "spec_version": "2.1",
    "id": observable_id("ipv4-addr", {"value": "192.0.2.1"}),
    "value": "192.0.2.1",
}


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (document("a", created_by_ref=_OURS), ""),
        (document("a", created_by_ref=_THEIRS), "created_by_ref is not your identity"),
        (document("a"), "created_by_ref is missing"),
        (document("a", kind="attack-pattern", created_by_ref=_THEIRS), ""),
        (document("a", kind="identity"), ""),
        (document("a", kind="identity", created_by_ref=_OURS), "a member speaks of no identity but its own"),
        (_ADDRESS, ""),
        (document("a", created_by_ref=_OURS, object_marking_refs=[_RED]), "TLP:RED is told to persons"),
        (document("a", created_by_ref=_OURS, object_marking_refs=["marking-definition--x"]), "TLP:RED is told"),
        (document("a", created_by_ref=_OURS, object_marking_refs=5), "TLP:RED is told"),
        (document("a", created_by_ref=_OURS, granular_markings=[{"marking_ref": _RED}]), "TLP:RED is told"),
        (document("a", created_by_ref=_OURS, text="x" * 1_100_000), "larger than"),
        ({"type": "note"}, "an object needs a type and an id"),
        (5, "is a JSON object"),
    ],
    ids=str,
)
def test_what_is_not_the_members_own_is_refused(one: Any, reason: str) -> None:
    admitted = admit_objects([one], _OURS)
    if reason:
        assert admitted.objects == ()
        assert reason in admitted.refused[0].reason
    else:
        assert (len(admitted.objects), admitted.refused) == (1, ())


def test_who_relays_may_send_what_others_have_made() -> None:
    admitted = admit_objects([document("a", created_by_ref=_THEIRS), document("b")], "")
    assert [one.object_id for one in admitted.objects] == [id_of("a"), id_of("b")]


def test_markings_are_read_and_what_bears_none_is_amber() -> None:
    objects = [document("a", created_by_ref=_OURS), document("b", created_by_ref=_OURS, object_marking_refs=[_GREEN])]
    definition = document("c", kind="marking-definition")
    assert [one.tlp for one in admit_objects([*objects, definition], _OURS).objects] == [
        Tlp.AMBER,
        Tlp.GREEN,
        Tlp.CLEAR,
    ]


def test_the_id_of_an_observable_is_checked_by_its_value() -> None:
    forged = {**_ADDRESS, "value": "192.0.2.2"}
    assert [one.is_named_by_content for one in admit_objects([_ADDRESS, forged], _OURS).objects] == [True, False]
