"""Work done on the executors of Spark, one task a partition, as Arrow batches.

    spread = SparkSpread(session)
    list(spread(str.upper, ["a", "b"], "say it loud"))

An executor that is lost, or too slow, has its tasks done again by another one; so a task must come out the same however
often it is done. The Python of the executors needs what the work needs: stillwatch.
"""

from __future__ import annotations

import os
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from stillwatch.core.errors import InternalError, SettingsError, StillwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyspark.sql import SparkSession

_WAVE: Final = 512
"""Tasks of one job of Spark: its answers are seen, and progress is told, when all of it is done."""
_AT_ONCE: Final = 4
"""Jobs that run at once, so that the last tasks of one leave no core idle."""
_ANSWER: Final = pa.schema([("task_no", pa.int64()), ("answer", pa.binary())])


class SparkSpread:
    """Spreads work over the executors that a session has, as `spread.Spread`."""

    def __init__(self, session: SparkSession, wave: int = _WAVE) -> None:
        self._session = session
        self._most = wave
        self._numbers = count()
        _take_this_python(session)

    def __call__(self, work: Callable[[Any], Any], tasks: Sequence[Any], what: str) -> Iterator[Any]:
        """The answers, in the order of the tasks; Spark's own pages show its jobs as `what`.

        Raises:
            StillwatchError: A task raised it.
            SettingsError: The executors have no stillwatch.
            InternalError: A task failed as often as Spark tries one.
        """
        tag = f"stillwatch-{os.getpid()}-{next(self._numbers)}"
        waves = [tasks[first : first + self._most] for first in range(0, len(tasks), self._most)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                for answers in pool.map(partial(self._wave, work, what, tag), waves):
                    yield from map(_given, answers)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self._session.interruptTag(tag)
                raise

    def _wave(self, work: Callable[[Any], Any], what: str, tag: str, tasks: Sequence[Any]) -> list[bytes]:
        """One job: one partition a task."""
        self._session.addTag(tag)
        if (context := _context(self._session)) is not None:
            context.setJobDescription(f"stillwatch: {what}")
        packed = pa.table({"task_no": range(len(tasks)), "task": [pickle.dumps(task) for task in tasks]})
        try:
            frame = self._session.createDataFrame(packed).repartitionByRange(len(tasks), "task_no")
            answered = frame.mapInArrow(partial(_answers, work), "task_no long, answer binary").toArrow()
        except (PySparkException, Py4JError) as error:
            raise _failed(what, error) from error
        found: list[bytes] = answered.sort_by("task_no")["answer"].to_pylist()
        return found


def _answers(work: Callable[[Any], Any], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: what the tasks of a partition come to."""
    for batch in batches:
        for number, task in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            answer = pickle.dumps(_tried(work, pickle.loads(task)))  # noqa: S301  # our driver packed it
            yield pa.record_batch([[number], [answer]], schema=_ANSWER)


def _tried(work: Callable[[Any], Any], task: Any) -> Any:
    """An error that somebody must act on is an answer: trying again does not mend a log."""
    try:
        return work(task)
    except StillwatchError as error:
        return error


def _given(answer: bytes) -> Any:
    given = pickle.loads(answer)  # noqa: S301  # our executors packed it
    if isinstance(given, StillwatchError):
        raise given
    return given


def _failed(what: str, error: Exception) -> StillwatchError:
    said = str(error)
    if "No module named 'stillwatch" in said:
        mend = "install it there, or name a Python that has it by PYSPARK_PYTHON"
        return SettingsError("the Python of Spark's executors has no stillwatch", where="--engine spark", mend=mend)
    return InternalError(f"Spark could not {what}: {said}", where="--engine spark", mend="see Spark's own pages")


def _context(session: SparkSession) -> Any:
    """What only a session of this process has, not one of Spark Connect."""
    return getattr(session, "sparkContext", None)


def _take_this_python(session: SparkSession) -> None:
    """Executors inside this process's own Java machine run the Python that runs here, unless told of another."""
    context = _context(session)
    if context is not None and context.master.startswith("local") and "PYSPARK_PYTHON" not in os.environ:
        context.pythonExec = sys.executable
