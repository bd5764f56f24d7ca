"""Logs that are brought to workers become the parts that logs at paths become."""

from __future__ import annotations

import gzip
import pickle
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest

from exchange_log import exchange, quiet, write_log
from spread_here import spread_here
from stillwatch.core.errors import InputError
from stillwatch.logs.intake import keep
from stillwatch.logs.log_file import LogFile
from stillwatch.logs.reading import Reading
from stillwatch.logs.spread_ingest import read_spread
from stillwatch.logs.spread_workers import Asked, FetchingWorkers, PathWorkers
from stillwatch.logs.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


class _Fetch:
    """Brings logs from a folder to a path of their own each time, and counts."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.brought = folder, list[str]()

    def __call__(
        self, work: Callable[[Path, Any], Any], tasks: Sequence[tuple[LogFile, Any]], what: str
    ) -> Iterator[Any]:
        del what
        for log, task in tasks:
            self.brought.append(log.name)
            with TemporaryDirectory() as there:
                shutil.copy(self.folder / log.name.rpartition("/")[2], Path(there, "log"))
                done, asked = pickle.loads(pickle.dumps((work, task)))  # noqa: S301  # packed here
                yield pickle.loads(pickle.dumps(done(Path(there, "log"), asked)))  # noqa: S301  # packed here


def _logs(folder: Path, stamp: str = "1") -> list[LogFile]:
    files = sorted(folder.iterdir())
    return [LogFile(f"s3a://logs/{file.name}", file.stat().st_size, None, stamp) for file in files]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, first in (("a.jsonl", 0), ("b.jsonl", 30)):
        write_log(tmp_path / "logs" / name, map(exchange, range(first, first + 30)))
    cut = gzip.compress((tmp_path / "logs" / "a.jsonl").read_bytes() * 2)[:-9]
    (tmp_path / "logs" / "cut.gz").write_bytes(cut)
    return tmp_path / "logs"


def test_the_parts_are_those_of_logs_at_paths(tmp_path: Path, folder: Path) -> None:
    at_paths, fetched = Store.open(tmp_path / "at paths", salt=7), Store.open(tmp_path / "fetched", salt=7)
    logs = [
        LogFile.at(path)._replace(name=log.name)
        for path, log in zip(sorted(folder.iterdir()), _logs(folder), strict=True)
    ]
    found = read_spread(at_paths, logs, Reading(), quiet, PathWorkers(spread_here))
    assert read_spread(fetched, _logs(folder, ""), Reading(), quiet, FetchingWorkers(_Fetch(folder))) == found
    assert fetched.parts() == at_paths.parts()
    assert not found[-1].complete
    [[example]] = fetched.rejects(found).examples.values()
    assert example.path == "s3a://logs/cut.gz"


def test_what_says_that_it_is_as_it_was_is_not_brought_again(tmp_path: Path, folder: Path) -> None:
    store, fetch = Store.open(tmp_path / "store", salt=7), _Fetch(folder)

    def read(stamp: str) -> list[str]:
        fetch.brought.clear()
        keep(store, read_spread(store, _logs(folder, stamp), Reading(), quiet, FetchingWorkers(fetch)))
        return [name.rpartition("/")[2] for name in fetch.brought]

    names = ["a.jsonl", "b.jsonl", "cut.gz"]
    assert read("1") == names * 2  # looked over, then read
    assert read("1") == []
    assert read("2") == names  # looked over: its bytes are the same
    assert {entry.stamp for entry in store.inputs()} == {"2"}
    write_log(folder / "b.jsonl", map(exchange, range(30, 61)))
    assert read("2") == ["b.jsonl"] * 2


@pytest.mark.parametrize("is_fetched", [False, True])
def test_what_is_wrong_is_said_of_the_log_by_its_name(folder: Path, is_fetched: bool) -> None:
    write_log(folder / "a.jsonl", [{"a": 1}])
    [log, *_] = _logs(folder)
    workers = FetchingWorkers(_Fetch(folder)) if is_fetched else PathWorkers(spread_here)
    asked = log if is_fetched else log._replace(path=folder / "a.jsonl")
    with pytest.raises(InputError, match=r"^s3a://logs/a\.jsonl: no known format"):
        list(workers.survey(Reading(), [Asked(asked, "")]))
