"""Attributes and objects as plain values."""

from __future__ import annotations

from stillwatch.intel.misp_object import Stamp, attribute, misp_object
from stillwatch.intel.vocabulary.misp_templates import INDICATOR

_UUID = "9f1d1f3e-2f64-4d2e-8a52-0b3f6b1c7a01"


def test_only_what_is_to_be_matched_is_marked_and_compared():
    shown = attribute("text", "x", uuid=_UUID, stamp=Stamp("1", is_gone=False))
    matched = attribute("text", "x", uuid=_UUID, stamp=Stamp("1", is_gone=False), is_to_match=True)
    assert [(one["to_ids"], one["disable_correlation"]) for one in (shown, matched)] == [(False, True), (True, False)]


def test_parts_of_an_object_have_ids_of_their_own_that_stay():
    made = [
        misp_object(INDICATOR, [("value", "a"), ("kind", "b")], uuid=_UUID, stamp=Stamp("1", is_gone=False))
        for _ in "ab"
    ]
    assert made[0] == made[1]
    uuids = [one["uuid"] for one in made[0]["Attribute"]]
    assert len({_UUID, *uuids}) == 3
    assert [one["object_relation"] for one in made[0]["Attribute"]] == ["value", "kind"]
