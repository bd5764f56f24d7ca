from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from stillwatch.core.marking import Tlp
from stillwatch.intel import stix_received as stix
from stillwatch.intel.stix_markings import TLP_IDS
from stillwatch.intel.stix_shelf import Shelf, loose

_ID = "note--3b1d5e9a-7c2f-4d8e-9a6b-5c4d3e2f1a0b"
_AT = datetime(2026, 1, 1, tzinfo=UTC)


def note(**changes: object) -> stix.Note:
    return msgspec.structs.replace(stix.Note(id=_ID, created=_AT, content="x", object_refs=()), **changes)


def test_an_id_is_of_its_type() -> None:
    assert Shelf().put(note(id=_ID.replace("note", "campaign"))) == "its id is none of a note"


def test_an_older_version_changes_nothing() -> None:
    shelf = Shelf()
    shelf.put(note(content="new", modified=_AT.replace(day=2)))
    assert shelf.put(note(content="old")) == ""
    assert [one.content for one in shelf.all(stix.Note)] == ["new"]


def test_a_part_marked_stricter_marks_the_whole() -> None:
    granular = (stix.GranularMarking(marking_ref=TLP_IDS[Tlp.RED]), stix.GranularMarking())
    handling = Shelf().handling([note(object_marking_refs=(TLP_IDS[Tlp.GREEN],), granular_markings=granular)])
    assert handling.tlp is Tlp.RED


@pytest.mark.parametrize("raw", [b"{", b"[" * 100_000, b"\xff", b'"\xff"'])
def test_what_cannot_be_read_is_nothing(raw: bytes) -> None:
    assert loose(msgspec.Raw(raw)) is None
