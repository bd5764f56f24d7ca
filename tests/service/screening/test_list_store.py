"""Versions of lists: kept, dated, refused, read back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError, SettingsError, VerificationError
from stillwatch.core.list_version import DatedBy
from stillwatch.service.screening.list_store import AddedList, ListStore

if TYPE_CHECKING:
    from pathlib import Path

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_ADA = AddedList(by="Ada Kern")


@pytest.fixture
def store(tmp_path: Path) -> ListStore:
    return ListStore(tmp_path / "lists", clock=lambda: _NOW)


def ours(*names: str) -> dict[str, bytes]:
    return {"ours.csv": b"id,name\n" + b"".join(f"n-{name},{name}\n".encode() for name in names)}


def test_a_version_is_kept_byte_for_byte_and_read_back(store: ListStore) -> None:
    first = store.add("ours", ours("Orrin"), _ADA)
    second = store.add("ours", ours("Orrin", "Veldt"), _ADA)
    assert store.versions("ours") == (first, second)
    assert store.read("ours").version == second
    assert [one.source_id for one in store.read("ours", first.sha256[:8]).read.entities] == ["n-Orrin"]
    assert (first.dated_by, first.as_of, first.added_by) == (DatedBy.ADDED, date(2026, 11, 22), "Ada Kern")


def test_the_same_again_is_the_same_version(store: ListStore) -> None:
    assert store.add("ours", ours("Orrin"), _ADA) == store.add("ours", ours("Orrin"), AddedList(by="Grace"))
    assert len(store.versions("ours")) == 1


def test_a_list_is_dated_by_who_adds_it_or_by_itself(store: ListStore) -> None:
    dated = {"ours.csv": b"id,name,as_of\n1,Orrin,2026-11-20\n"}
    itself = store.add("ours", dated, _ADA)
    given = store.add("ours", dated, AddedList(by="Ada Kern", as_of=date(2026, 11, 21)))
    assert [(one.as_of.day, one.dated_by) for one in (itself, given)] == [(20, DatedBy.LIST), (21, DatedBy.GIVEN)]
    with pytest.raises(InputError, match="which is to come"):
        store.add("ours", dated, AddedList(by="Ada Kern", as_of=date(2027, 1, 1)))


def test_a_list_that_lost_many_entries_is_refused_unless_somebody_insists(store: ListStore) -> None:
    store.add("ours", ours("Orrin", "Veldt"), _ADA)
    with pytest.raises(InputError, match="1 entries, the version before had 2"):
        store.add("ours", ours("Orrin"), _ADA)
    forced = store.add("ours", ours("Orrin"), AddedList(by="Ada Kern", is_forced=True))
    assert forced.warnings == ("it has 1 entries, the version before had 2",)


def test_known_ids_are_asked_for_in_each_later_version(store: ListStore) -> None:
    store.add("ours", ours("Orrin", "Veldt"), AddedList(by="Ada Kern", known=("n-Orrin",)))
    with pytest.raises(InputError, match="1 known ids are missing, such as n-Orrin"):
        store.add("ours", ours("Veldt", "Andor"), _ADA)


def test_a_file_that_was_changed_is_found(store: ListStore, tmp_path: Path) -> None:
    store.add("ours", ours("Orrin"), _ADA)
    (file,) = (tmp_path / "lists").glob("ours/*/*.zst")
    kept = file.read_bytes()
    other = ListStore(tmp_path / "other", clock=lambda: _NOW)
    other.add("ours", ours("Orrim"), _ADA)
    (changed,) = (tmp_path / "other").glob("ours/*/*.zst")
    for content in (changed.read_bytes(), kept[:9], b""):
        file.write_bytes(content)
        with pytest.raises(VerificationError):
            store.read("ours")


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x" * 70])
def test_a_name_is_no_path(store: ListStore, name: str) -> None:
    with pytest.raises(SettingsError, match="is no name"):
        store.add(name, ours("Orrin"), _ADA)
    with pytest.raises(SettingsError, match="there is no list"):
        store.versions(name)


def test_what_is_no_list_or_unknown_is_refused(store: ListStore) -> None:
    with pytest.raises(InputError, match="no format fits"):
        store.add("ours", {"notes.txt": b"hello"}, _ADA)
    with pytest.raises(SettingsError, match="unknown format"):
        store.add("ours", ours("Orrin"), AddedList(by="Ada Kern", format_name="pdf"))
    assert store.names() == ()
    store.add("ours", ours("Orrin"), _ADA)
    with pytest.raises(SettingsError, match="no version of 'ours' alone begins with 'zz'"):
        store.read("ours", "zz")
