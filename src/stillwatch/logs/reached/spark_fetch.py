"""Work done on Spark's executors with the bytes of logs that only Spark reaches.

    fetch = SparkFetch(session)
    list(fetch(size_of, [(log, None) for log in list_files(session, "hdfs://logs/")], "measure"))

Spark's `binaryFile` reads a log whole, on the executor that has the task, and hands it over as one value, which is in
memory several times over on the way. A larger log is brought line by line (`by_lines`), unless its name says that it is
compressed; such a one must fit, and may not have 2 GiB.
"""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.logs.reached.by_lines import asked_by_lines, has_lines
from stillwatch.logs.reached.fetched import fetched
from stillwatch.logs.reached.list_files import address_of
from stillwatch.logs.reached.refused import known_refusal
from stillwatch.logs.spark_waves import ANSWER_COLUMNS, SparkWaves, answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from stillwatch.core.errors import StillwatchError
    from stillwatch.logs.log_file import LogFile

    Work = Callable[[Path, Any], Any]
    FetchTask = tuple[LogFile, Any]

_WAVE_LOGS: Final = 256
_WAVE_BYTES: Final = 4 << 30
"""A job of Spark reads no more than so many logs, or bytes: progress is told when all of it is done."""
_WHOLE_BYTES: Final = 64 << 20
"""A log of no more comes as one value."""
_MOST_BYTES: Final = (1 << 31) - 64
"""What a value of Spark's can hold."""


class SparkFetch:
    """Brings logs to the executors that a session has, as `spread_workers.Fetch`."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session
        self._waves = SparkWaves(session, _refusal)

    def __call__(self, work: Work, tasks: Sequence[FetchTask], what: str) -> Iterator[Any]:
        """The answers, in the order of the tasks.

        Raises:
            InputError: A log is too large, or gone meanwhile; or the work says so.
            SettingsError: A log may not be read, or the executors have no stillwatch.
            InternalError: A task failed as often as Spark tries one.
        """
        for log, _ in tasks:
            _check_size(log)
        return self._waves(partial(self._asked, work), _gathered(tasks), what)

    def _asked(self, work: Work, tasks: Sequence[FetchTask]) -> DataFrame:
        numbered = list(enumerate(tasks))
        frames = [
            asked_by_lines(self._session, work, log, (number, task))
            for number, (log, task) in numbered
            if _is_by_lines(log)
        ]
        if wanted := {log.name: (number, task) for number, (log, task) in numbered if not _is_by_lines(log)}:
            frames.append(self._asked_whole(work, wanted))
        return reduce(lambda one, other: one.union(other), frames)

    def _asked_whole(self, work: Work, wanted: dict[str, tuple[int, Any]]) -> DataFrame:
        reader = self._session.read.format("binaryFile").option("recursiveFileLookup", "true")
        frame = reader.load([address_of(name) for name in wanted]).select("path", "content")
        return frame.mapInArrow(partial(_answers, work, wanted), ANSWER_COLUMNS)


def _answers(
    work: Work, wanted: dict[str, tuple[int, Any]], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """On an executor: what is to be done with the logs of a partition."""
    for batch in batches:
        for row, name in enumerate(batch.column(0).to_pylist()):
            number, task = wanted[name]
            with fetched(name, [batch.column(1)[row].as_buffer()]) as path:
                yield answered(number, work, path, task)


def _refusal(error: Exception, tasks: Sequence[FetchTask]) -> StillwatchError | None:
    said = str(error)
    return known_refusal(error, next((log.name for log, _ in tasks if log.name in said), tasks[0][0].name))


def _gathered(tasks: Sequence[FetchTask]) -> Iterator[list[FetchTask]]:
    some: list[FetchTask] = []
    size = 0
    for task in tasks:
        some.append(task)
        size += task[0].size_bytes
        if size >= _WAVE_BYTES or len(some) >= _WAVE_LOGS:
            yield some
            some, size = [], 0
    if some:
        yield some


def _check_size(log: LogFile) -> None:
    if log.size_bytes > _MOST_BYTES and not _is_by_lines(log):
        mend = "rotate logs at some hundred megabytes, or mount the file system and name the log by its path"
        raise InputError("more than 2 GiB of a compressed log cannot be fetched", where=log.name, mend=mend)


def _is_by_lines(log: LogFile) -> bool:
    return log.size_bytes > _WHOLE_BYTES and has_lines(log)
