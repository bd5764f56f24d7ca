"""Jobs of Spark that answer tasks: some hundred tasks a job, and a few jobs at once.

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

from stillwatch.core.errors import InputError, InternalError, SettingsError, StillwatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyspark.sql import DataFrame, SparkSession

    Told = Callable[[Exception, Sequence[Any]], StillwatchError | None]

_AT_ONCE: Final = 4
"""Jobs that run at once, so that the last tasks of one leave no core idle."""
ANSWER_COLUMNS: Final = "task_no long, answer binary"
"""Of the frame that answers a wave, as Spark's DDL says them: the number of the task in its wave, and `answered`."""
_ANSWER: Final = pa.schema([("task_no", pa.int64()), ("answer", pa.binary())])


def _nothing_told(error: Exception, tasks: Sequence[Any]) -> None:
    del error, tasks


class SparkWaves:
    """Has waves of tasks answered in a session, of Spark Connect too."""

    def __init__(self, session: SparkSession, told: Told = _nothing_told) -> None:
        """`told` turns what Spark says of a wave into the error of whoever must act, if it knows."""
        self._session = session
        self._told = told
        self._numbers = count()
        _take_this_python(session)

    def __call__(
        self, ask: Callable[[Sequence[Any]], DataFrame], waves: Iterable[Sequence[Any]], what: str
    ) -> Iterator[Any]:
        """The answers, in the order of the tasks; Spark's own pages show its jobs as `what`.

        Raises:
            StillwatchError: A task raised it.
            SettingsError: The executors have no stillwatch.
            InternalError: A task failed as often as Spark tries one.
        """
        tag = f"stillwatch-{os.getpid()}-{next(self._numbers)}"
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            try:
                for answers in pool.map(partial(self._wave, ask, what, tag), waves):
                    yield from map(_given, answers)
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                self._session.interruptTag(tag)
                raise

    def _wave(
        self, ask: Callable[[Sequence[Any]], DataFrame], what: str, tag: str, tasks: Sequence[Any]
    ) -> list[bytes]:
        """One job."""
        self._session.addTag(tag)
        if (context := _context(self._session)) is not None:
            context.setJobDescription(f"stillwatch: {what}")
        try:
            answered = ask(tasks).toArrow()
        except (PySparkException, Py4JError) as error:
            raise self._told(error, tasks) or _failed(what, error) from error
        found: list[bytes] = answered.sort_by("task_no")["answer"].to_pylist()
        if len(found) != len(tasks):
            mend = "see that nothing removes logs while they are read"
            raise InputError(f"Spark answered {len(found)} of {len(tasks)} tasks", where=what, mend=mend)
        return found


def answered(number: int, work: Callable[..., Any], *asked: Any) -> pa.RecordBatch:
    """On an executor: the row that says what a task comes to."""
    return pa.record_batch([[number], [pickle.dumps(_tried(work, *asked))]], schema=_ANSWER)


def _tried(work: Callable[..., Any], *asked: Any) -> Any:
    """An error that somebody must act on is an answer: trying again does not mend a log."""
    try:
        return work(*asked)
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
