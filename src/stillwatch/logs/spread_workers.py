"""Workers on other machines who read logs: at paths that all of them have, or out of bytes that are brought to them.

    PathWorkers(spread).survey(Reading(), [Asked(LogFile.at(path), "")])

What they do is the same: a log that only Spark reaches stands in a file of its own on the worker for as long as it is
looked over or read.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from stillwatch.logs.spread_plan import together
from stillwatch.logs.survey import Survey, survey_file
from stillwatch.logs.told_as import told_as

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from stillwatch.logs.log_file import LogFile
    from stillwatch.logs.reading import Reading
    from stillwatch.logs.spread import Spread
    from stillwatch.logs.spread_parts import Made, SpreadWork
    from stillwatch.logs.spread_plan import Run

_SURVEY_BYTES: Final = 64 << 20
_SURVEY: Final = "look over the logs"
_READ: Final = "read"


class Fetch(Protocol):
    """Has work done on other machines, each time on the bytes of one log that is brought there."""

    def __call__(
        self, work: Callable[[Path, Any], Any], tasks: Sequence[tuple[LogFile, Any]], what: str
    ) -> Iterator[Any]:
        """As `Spread`; the work gets the path of a file that is gone when it is done, and a task."""


class Asked(NamedTuple):
    log: LogFile
    known_sha256: str
    """The digest by which the log need not be looked over; "" where it must."""


class ReadTask(NamedTuple):
    """What became of some runs."""

    size_bytes: int
    made: list[Made]


class Workers(Protocol):
    def survey(self, reading: Reading, asked: Sequence[Asked]) -> Iterator[Survey]:
        """Look over logs; in their order."""

    def read(self, work: SpreadWork, runs: Sequence[Run]) -> Iterator[ReadTask]:
        """Make parts of the runs; in their order."""


class PathWorkers:
    """Logs lie at paths that all workers have."""

    def __init__(self, spread: Spread) -> None:
        self._spread = spread

    def survey(self, reading: Reading, asked: Sequence[Asked]) -> Iterator[Survey]:
        tasks = list(_gathered(asked))
        for surveys in self._spread(partial(_survey_all, reading), tasks, _SURVEY):
            yield from surveys

    def read(self, work: SpreadWork, runs: Sequence[Run]) -> Iterator[ReadTask]:
        tasks = list(together(runs))
        for task, made in zip(tasks, self._spread(work.make_parts, tasks, _READ), strict=True):
            yield ReadTask(_size(task), made)


class FetchingWorkers:
    """Logs are brought to the workers, once to be looked over and once to be read."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch

    def survey(self, reading: Reading, asked: Sequence[Asked]) -> Iterator[Survey]:
        yield from self._fetch(partial(_survey_copy, reading), [(one.log, one) for one in asked], _SURVEY)

    def read(self, work: SpreadWork, runs: Sequence[Run]) -> Iterator[ReadTask]:
        tasks = [(log, tuple(some)) for log, some in groupby(runs, key=lambda run: run.log)]
        for (_, task), made in zip(tasks, self._fetch(work.make_parts_of, tasks, _READ), strict=True):
            yield ReadTask(_size(task), made)


def _size(task: Sequence[Run]) -> int:
    return sum(run.size_bytes for run in task)


def _gathered(asked: Sequence[Asked]) -> Iterator[tuple[Asked, ...]]:
    """Logs in their order, small ones together."""
    some: list[Asked] = []
    for one in asked:
        some.append(one)
        if sum(each.log.size_bytes for each in some) >= _SURVEY_BYTES:
            yield tuple(some)
            some = []
    if some:
        yield tuple(some)


def _survey_all(reading: Reading, task: tuple[Asked, ...]) -> list[Survey]:
    return [_survey_copy(reading, one.log.path, one) for one in task if one.log.path is not None]


def _survey_copy(reading: Reading, path: Path, asked: Asked) -> Survey:
    with told_as(path, asked.log.log_name):
        return survey_file(path, reading, asked.known_sha256, asked.log.log_name)
