"""Ingest: each block once, whatever its file is called; halves are joined; workers change nothing."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from exchange_log import exchange, quiet, write_log
from stillwatch.logs import intake as module
from stillwatch.logs.contents import count_contents
from stillwatch.logs.ingest import ingest
from stillwatch.logs.mapping import parse_mapping
from stillwatch.logs.reading import Reading
from stillwatch.logs.store import Store, StoredInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.logs.file_blocks import Block


def read(store: Store, *logs: Path, **reading: Any) -> tuple[StoredInput, ...]:
    return ingest(store, logs, Reading(workers=reading.pop("workers", 1), **reading), quiet)


def count(store: Store) -> int:
    return count_contents(store).exchanges


def test_the_same_bytes_under_two_names_are_stored_once(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    one, two = (write_log(tmp_path / name, map(exchange, range(20))) for name in ("a.jsonl", "b.jsonl"))
    entries = read(store, one, two)
    assert entries[0].parts == entries[1].parts
    assert count(store) == 20


def test_a_known_file_is_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, log = Store.open(tmp_path / "store"), write_log(tmp_path / "a.jsonl", map(exchange, range(20)))
    first = read(store, log)
    monkeypatch.setattr("stillwatch.logs.make_part.parse_block", lambda *_: pytest.fail("parsed again"))
    assert read(store, log) == first


def test_a_file_that_changed_replaces_what_it_was(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    read(store, write_log(tmp_path / "a.jsonl", map(exchange, range(20))))
    read(store, write_log(tmp_path / "a.jsonl", map(exchange, range(100, 105))))
    assert (count(store), len(store.inputs()), len(store.parts())) == (5, 1, 1)


def test_files_that_are_not_named_again_stay(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "store")
    read(store, write_log(tmp_path / "a.jsonl", map(exchange, range(20))))
    read(store, write_log(tmp_path / "b.jsonl", map(exchange, range(20, 30))))
    assert (count(store), len(store.inputs())) == (30, 2)


def test_workers_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SMALL_BYTES", 0)
    logs = [write_log(tmp_path / f"{n}.jsonl", map(exchange, range(n * 50, n * 50 + 50))) for n in range(4)]
    alone, many = Store.open(tmp_path / "alone"), Store.open(tmp_path / "many")
    assert read(alone, *logs, workers=1) == read(many, *logs, workers=2)
    assert count(alone) == count(many) == 200


def test_a_mapping_reads_what_no_format_knows(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.jsonl", [{"ts": 1772355600, "who": "a", "q": "Why?"}])
    mapping = parse_mapping('started_at = "ts"\naccount_id = "who"\nprompt_text = "q"\n')
    store = Store.open(tmp_path / "store")
    assert read(store, log, mapping=mapping)[0].formats == ("mapping",)
    assert count_contents(store)[:2] == (1, 1)


def test_progress_grows_to_the_end(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.jsonl", map(exchange, range(200)))
    seen: list[tuple[str, int, int]] = []
    ingest(Store.open(tmp_path / "store"), [log], Reading(workers=1), lambda *told: seen.append(told))
    size = log.stat().st_size
    assert seen[-1] == ("reading", size, size)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


class _Sealing:
    """Remembers what it was told, and writes down in the worker which block it was called with."""

    def __init__(self, folder: Path, *, is_wanted: bool) -> None:
        self.folder, self.is_wanted = folder, is_wanted
        self.saw_blocks: list[str] = []

    def wants(self, sha256: str) -> bool:
        del sha256
        return self.is_wanted

    def saw(self, sha256: str, block: Block) -> Callable[[Block], None] | None:
        del sha256
        self.saw_blocks.append(block.digest)
        return partial(_mark, self.folder)


def _mark(folder: Path, block: Block) -> None:
    (folder / block.digest).write_bytes(block.data)


@pytest.mark.parametrize("is_known", [False, True])
def test_each_block_is_committed_to_where_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    store, log = Store.open(tmp_path / "store"), write_log(tmp_path / "a.jsonl", map(exchange, range(20)))
    if is_known:
        first = read(store, log)
        monkeypatch.setattr("stillwatch.logs.make_part.parse_block", lambda *_: pytest.fail("parsed again"))
    (tmp_path / "marks").mkdir()
    sealing = _Sealing(tmp_path / "marks", is_wanted=True)
    entries = ingest(store, [log], Reading(workers=1), quiet, sealing)
    assert not is_known or entries == first
    assert [(tmp_path / "marks" / one).read_bytes() for one in sealing.saw_blocks] == [log.read_bytes()]
    unwanted = _Sealing(tmp_path / "marks", is_wanted=False)
    assert ingest(store, [log], Reading(workers=1), quiet, unwanted) == entries
    assert (unwanted.saw_blocks, count(store)) == ([], 20)
