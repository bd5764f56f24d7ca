"""What a table holds the store holds: new files are read, known ones are not looked at, lost ones go."""

from __future__ import annotations

import pytest

from delta_log import PROTOCOL, add, commit, data_file, metadata, remove
from exchange_log import exchange, quiet, write_log
from stillwatch.logs.contents import count_contents
from stillwatch.logs.ingest import ingest
from stillwatch.logs.lakes.delta_snapshot import delta_snapshot
from stillwatch.logs.lakes.follow_table import follow_table, unread
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store

_READING = Reading(workers=1)


@pytest.fixture
def table(tmp_path):
    place = tmp_path / "table"
    commit(
        place,
        0,
        PROTOCOL,
        metadata(),
        *(add(data_file(place, f"{n}.parquet", range(n * 10, n * 10 + 10))) for n in range(2)),
    )
    return place


def test_only_new_files_are_read_and_those_that_the_table_gave_up_go(tmp_path, table):
    store, beside = Store.open(tmp_path / "store"), write_log(tmp_path / "a.jsonl", map(exchange, range(50, 55)))
    ingest(store, [*unread(store, delta_snapshot(table)), beside], _READING, quiet)
    assert unread(store, delta_snapshot(table)) == ()
    commit(table, 1, remove("0.parquet"), remove("1.parquet"), add(data_file(table, "2.parquet", range(20))))
    commit(table, 2, add(data_file(table, "3.parquet", range(20, 30))))
    now = delta_snapshot(table)
    assert unread(store, now) == (table / "2.parquet", table / "3.parquet")
    ingest(store, unread(store, now), _READING, quiet)
    assert follow_table(store, now) == 2
    assert {entry.path for entry in store.inputs()} == {str(beside), *(str(path) for path in now.files)}
    assert count_contents(store).exchanges == 35
    assert follow_table(store, now) == 0


class _Sealing:
    def wants(self, sha256):
        return bool(sha256)


def test_what_is_yet_to_be_committed_to_is_named_again(tmp_path, table):
    store, files = Store.open(tmp_path / "store"), tuple(sorted(delta_snapshot(table).files))
    ingest(store, files, _READING, quiet)
    assert unread(store, delta_snapshot(table), _Sealing()) == files
