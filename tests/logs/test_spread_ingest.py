"""A store that many workers made equals, byte for byte, the one that was made by one process."""

from __future__ import annotations

import gzip
from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exchange_log import exchange, quiet, write_log
from spread_here import spread_here
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.logs import file_blocks
from stillwatch.logs.ingest import ingest
from stillwatch.logs.reading import Reading
from stillwatch.logs.shelf import formats
from stillwatch.logs.spread_ingest import ingest_spread
from stillwatch.logs.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from stillwatch.logs.file_blocks import Block

_CUT = partial(file_blocks.open_blocks, block_bytes=6000)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stillwatch.logs.survey.open_blocks", _CUT)
    monkeypatch.setattr("stillwatch.logs.ingest.open_blocks", _CUT)


@pytest.fixture
def logs(tmp_path: Path) -> list[Path]:
    """Several files and kinds: a bad line, a file cut off, the same bytes twice."""
    lines = [write_log(tmp_path / f"{n}.jsonl", map(exchange, range(n * 50, n * 50 + 50))) for n in range(3)]
    lines[1].write_bytes(lines[1].read_bytes() + b'{"record_id": \n' + orjson.dumps({"record_id": "no time"}) + b"\n")
    packed, table, again = tmp_path / "packed.gz", tmp_path / "table.parquet", tmp_path / "again.jsonl"
    packed.write_bytes(gzip.compress(b"".join(orjson.dumps(exchange(n)) + b"\n" for n in range(200, 260)))[:-9])
    pq.write_table(pa.Table.from_pylist([exchange(n) for n in range(300, 360)]), table, row_group_size=20)
    again.write_bytes(lines[0].read_bytes())
    return [*lines, packed, table, again]


def _read(root: Path, logs: list[Path], **settings: Any) -> Store:
    store = Store.open(root, salt=7)
    reading = Reading(workers=1, format_name=settings.pop("format_name", None))
    if settings.pop("is_spread", True):
        ingest_spread(store, logs, reading, settings.pop("progress", quiet), settings.pop("spread", spread_here))
    else:
        ingest(store, logs, reading, quiet)
    return store


def _files(store: Store) -> dict[str, bytes]:
    return {str(path.relative_to(store.root)): path.read_bytes() for path in store.root.rglob("*") if path.is_file()}


def test_the_store_is_the_same_to_the_byte(tmp_path: Path, logs: list[Path]) -> None:
    alone, spread = _read(tmp_path / "alone", logs, is_spread=False), _read(tmp_path / "spread", logs)
    assert len(alone.parts()) > len(logs)
    assert alone.rejects(alone.inputs()).total == 3
    assert _files(spread) == _files(alone)


def test_halves_in_two_files_become_one_exchange(tmp_path: Path) -> None:
    [azure] = [one for one in formats() if one.name == "azure_apim"]
    case = next(case for case in azure.cases if len(case.records) > 1 and case.rows)
    logs = [write_log(tmp_path / f"{n}.jsonl", [dict(record)]) for n, record in enumerate(case.records)]
    alone = _read(tmp_path / "alone", logs, format_name="azure_apim", is_spread=False)
    spread = _read(tmp_path / "spread", logs, format_name="azure_apim")
    assert any(part.exchanges for part in spread.parts().values())
    assert _files(spread) == _files(alone)


def test_a_second_run_reads_nothing_and_a_file_that_grew_only_what_is_new(tmp_path: Path, logs: list[Path]) -> None:
    store, seen = _read(tmp_path / "store", logs), []
    before = _files(store)
    _read(tmp_path / "store", logs, progress=lambda *told: seen.append(told))
    assert _files(store) == before
    assert seen[-1] == ("reading", 0, 0)
    logs[0].write_bytes(logs[0].read_bytes() + orjson.dumps(exchange(900)) + b"\n")
    numbers = {name: part.number for name, part in store.parts().items()}
    _read(tmp_path / "store", logs)
    assert {name: part.number for name, part in store.parts().items() if name in numbers} == numbers
    assert len(store.parts()) == len(numbers) + 1  # its last block, which stands on in the copy as it was


def test_after_a_kill_only_what_is_left_is_read(tmp_path: Path, logs: list[Path]) -> None:
    store, first = Store.open(tmp_path / "store", salt=7), set()

    def killed(work: Callable[[Any], Any], tasks: list[Any], what: str) -> Any:
        if what == "read":
            work(tasks[0])
            first.update(store.parts())
            raise KeyboardInterrupt
        return spread_here(work, tasks, what)

    with pytest.raises(KeyboardInterrupt):
        _read(store.root, logs, spread=killed)
    assert first
    seen: list[int] = []

    def counted(work: Callable[[Any], Any], tasks: list[Any], what: str) -> Any:
        seen.append(sum(len(run.blocks) for task in tasks for run in task) if what == "read" else 0)
        return spread_here(work, tasks, what)

    _read(store.root, logs, spread=counted)
    alone = _read(tmp_path / "alone", logs, is_spread=False)
    assert _files(store) == _files(alone)
    assert seen == [0, len(alone.parts()) - len(first)]


def test_what_a_worker_of_a_dead_run_still_does_comes_to_nothing(tmp_path: Path, logs: list[Path]) -> None:
    left: list[Any] = []

    def died(work: Callable[[Any], Any], tasks: list[Any], what: str) -> Any:
        if what == "read":
            folder = tmp_path / "store" / "work-spread-dead"  # as a driver that was killed leaves it
            folder.mkdir()
            left.extend((work.__self__._replace(folder=folder), task) for task in tasks)
            raise KeyboardInterrupt
        return spread_here(work, tasks, what)

    with pytest.raises(KeyboardInterrupt):
        _read(tmp_path / "store", logs, spread=died)
    store = _read(tmp_path / "store", logs)
    before = _files(store)
    for work, task in left:
        with pytest.raises(SettingsError, match="does not see the store"):
            work.make_parts(task)
    assert _files(store) == before
    assert not list(store.root.glob("work-*"))


class _Sealing:
    """Commits to each block in the worker, by writing its bytes down."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.saw_blocks = folder, []

    def wants(self, sha256: str) -> bool:
        del sha256
        return True

    def saw(self, sha256: str, block: Block) -> Callable[[Block], None]:
        del sha256
        self.saw_blocks.append((block.digest, block.container))
        return partial(_mark, self.folder)


def _mark(folder: Path, block: Block) -> None:
    (folder / block.digest).write_bytes(block.data or str(block.row_groups).encode())


def test_each_block_is_committed_to_where_it_is_read_also_of_files_that_are_known(
    tmp_path: Path, logs: list[Path]
) -> None:
    found = []
    for name, read in (("alone", ingest), ("spread", partial(ingest_spread, spread=spread_here))):
        store = Store.open(tmp_path / name, salt=7)
        for round_no in range(2):
            sealing = _Sealing(tmp_path / f"{name}{round_no}")
            sealing.folder.mkdir()
            read(store, logs, Reading(workers=1), quiet, sealing=sealing)
            marks = {file.name: file.read_bytes() for file in sealing.folder.iterdir()}
            found.append((sealing.saw_blocks, marks))
    assert found[0][1]
    assert all(one == found[0] for one in found)


def test_a_log_that_no_format_knows_stops_it_and_names_the_log(tmp_path: Path, logs: list[Path]) -> None:
    strange = write_log(tmp_path / "strange.jsonl", [{"a": 1}])
    with pytest.raises(InputError, match=r"strange\.jsonl.*no known format"):
        _read(tmp_path / "store", [*logs, strange])
