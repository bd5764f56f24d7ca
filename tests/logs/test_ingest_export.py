"""An export becomes what the same records in a file become, and nothing of it is stored twice."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from database_logs import sqlite_log, stored
from exchange_log import MINUTE, START, exchange, quiet, write_log
from stillwatch.core.errors import InputError
from stillwatch.logs.databases.address import Credentials, parse_address
from stillwatch.logs.databases.bounds import Bounds
from stillwatch.logs.databases.cut_rows import CutLimits
from stillwatch.logs.databases.export import open_export
from stillwatch.logs.ingest import ingest
from stillwatch.logs.ingest_export import ingest_export, read_until
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store, StoredInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.databases.export import Export

_ALL = "SELECT * FROM log ORDER BY started_at"
_NEW = (
    "SELECT * FROM log WHERE started_at / 1e9 >= unixepoch(?1) AND started_at / 1e9 < unixepoch(?2) ORDER BY started_at"
)
_READING = Reading(workers=1)


@contextmanager
def exported(address: str, query: str = _ALL, bounds: Bounds | None = None) -> Iterator[Export]:
    limits = CutLimits(least_rows=10, mean_rows=16)
    with TemporaryDirectory() as folder:
        known = parse_address(address)
        with open_export(known, query, bounds, Credentials(), "the log", Path(folder), limits) as export:
            yield export
            assert list(Path(folder).iterdir()) == []


def read(store: Store, address: str, *said: Any) -> StoredInput:
    with exported(address, *said) as export:
        return ingest_export(store, export, _READING, quiet)


@pytest.fixture
def records() -> list[dict[str, Any]]:
    return [exchange(number) for number in range(120)]


def test_the_store_holds_what_a_file_of_the_same_records_gives(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    one, other = (Store.open(tmp_path / name, salt=7) for name in ("file", "database"))
    ingest(one, [write_log(tmp_path / "log.jsonl", records)], _READING, quiet)
    entry = read(other, sqlite_log(tmp_path / "log.db", records))
    assert stored(other) == stored(one)
    assert (entry.path, entry.formats, entry.complete) == ("the log", ("stillwatch_exchange",), True)
    assert other.inputs() == (entry,)


def test_a_second_run_parses_only_what_is_new(
    tmp_path: Path, records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(tmp_path / "store")
    address = sqlite_log(tmp_path / "log.db", records)
    first = read(store, address)
    with monkeypatch.context() as patched:
        patched.setattr("stillwatch.logs.make_part.parse_block", lambda *_: pytest.fail("parsed again"))
        assert read(store, address) == first
    sqlite_log(tmp_path / "log.db", [exchange(number) for number in range(120, 130)])
    more = read(store, address)
    assert len(set(first.parts) - set(more.parts)) <= 1
    assert len(stored(store)["exchanges"]) == 130


def test_a_span_is_added_and_the_next_begins_where_it_ends(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    store, address = Store.open(tmp_path / "store"), sqlite_log(tmp_path / "log.db", records)
    assert read_until(store, "the log") is None
    ends = [START + 50 * MINUTE, START + 80 * MINUTE]
    first = read(store, address, _NEW, Bounds(0, ends[0]))
    assert (first.path, first.until) == ("the log 1970-01-01T00:00:00Z to 2026-03-01T09:50:00Z", ends[0])
    assert read_until(store, "the log") == ends[0]
    read(store, address, _NEW, Bounds(ends[0], ends[1]))
    assert (len(store.inputs()), len(stored(store)["exchanges"])) == (2, 80)
    read(store, address, _NEW, Bounds(ends[1], ends[1] + 1000))
    assert (read_until(store, "the log"), len(stored(store)["exchanges"])) == (ends[1] + 1000, 80)
    assert read_until(store, "another log") is None


def test_what_breaks_off_is_not_taken_for_read(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    store, address = Store.open(tmp_path / "store"), sqlite_log(tmp_path / "log.db", records)
    broken = "SELECT *, CASE WHEN rowid < 100 THEN 1 ELSE abs(-9223372036854775808) END AS x FROM log"
    with pytest.raises(InputError, match="integer overflow"), exported(address, broken) as export:
        ingest_export(store, export, _READING, quiet)
    assert store.inputs() == ()
    assert len(read(store, address).parts) == len(store.parts())


def test_rejects_name_the_export_and_the_row(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    records[57]["started_at"] = None
    store = Store.open(tmp_path / "store")
    entry = read(store, sqlite_log(tmp_path / "log.db", records), "SELECT * FROM log ORDER BY rowid")
    [found] = store.rejects([entry]).examples.values()
    assert [(example.path, example.line) for example in found] == [("the log", 58)]
