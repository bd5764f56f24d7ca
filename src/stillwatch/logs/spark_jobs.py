"""What Spark is asked for carries the name of its query on Spark's own pages, and can be followed while it runs.

A session of this process has a context, whose jobs get a description and are counted by their group; one of Spark
Connect has neither, so that its jobs get a tag, and it tells of its tasks by itself. A job group that the caller's
program has set already is kept: whoever cancels by it cancels this too.
"""

from __future__ import annotations

import secrets
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from py4j.protocol import Py4JError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager

    from pyspark import SparkContext, StatusTracker
    from pyspark.sql import SparkSession

    Tell = Callable[[int, int], None]

_POLL_S: Final = 0.5
_GROUP: Final = "spark.jobGroup.id"
_DESCRIPTION: Final = "spark.job.description"


class SparkJobs(Protocol):
    """Names for the jobs of one session."""

    def named(self, query: str) -> AbstractContextManager[None]:
        """For as long as it lasts, jobs of this thread are of this query, and their tasks are told of."""

    def close(self) -> None:
        """Tell no more."""


def jobs_of(session: SparkSession, tell: Tell) -> SparkJobs:
    """`tell` gets the number of tasks that are done, and of all that are known of so far, from threads of any kind."""
    context = getattr(session, "sparkContext", None)
    return _Connected(session, tell) if context is None else _OfContext(context, tell)


class _Tasks:
    """Tasks of the stages seen so far: Spark knows of a stage when it begins, and not how many are to come."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._stages: dict[Any, tuple[int, int]] = {}

    def saw(self, stages: Iterable[tuple[Any, int, int]]) -> None:
        """Identity, tasks done and tasks in all of stages; one that was seen before and is not among them is over."""
        now = {stage: (done, total) for stage, done, total in stages}
        ended = {stage: (total, total) for stage, (_, total) in self._stages.items() if stage not in now}
        if now or ended != self._stages:
            self._stages = ended | now
            self._tell(*(sum(column) for column in zip(*self._stages.values(), strict=True)))


class _OfContext:
    def __init__(self, context: SparkContext, tell: Tell) -> None:
        self._context = context
        self._tasks = _Tasks(tell)
        self._own_group = f"stillwatch-{secrets.token_hex(4)}"

    @contextmanager
    def named(self, query: str) -> Iterator[None]:
        before = {name: self._context.getLocalProperty(name) for name in (_GROUP, _DESCRIPTION)}
        group = before[_GROUP] or self._own_group
        self._context.setLocalProperty(_GROUP, group)
        self._context.setLocalProperty(_DESCRIPTION, f"stillwatch: {query}")
        is_over = threading.Event()
        follower = threading.Thread(target=self._follow, args=(group, is_over), daemon=True)
        follower.start()
        try:
            yield
        except KeyboardInterrupt:
            if group == self._own_group:
                self._context.cancelJobGroup(group)
            raise
        finally:
            is_over.set()
            follower.join()
            for name, value in before.items():
                self._context.setLocalProperty(name, value)

    def close(self) -> None:
        """Nothing goes on between queries."""

    def _follow(self, group: str, is_over: threading.Event) -> None:
        tracker = self._context.statusTracker()
        # A Spark that goes away fails the query itself, which says so; a bar that stands still says nothing new.
        with suppress(Py4JError, ConnectionError):
            while not is_over.wait(_POLL_S):
                self._look(tracker, group)
        self._tasks.saw(())

    def _look(self, tracker: StatusTracker, group: str) -> None:
        jobs = [tracker.getJobInfo(number) for number in tracker.getJobIdsForGroup(group)]
        mine = {stage for job in jobs if job for stage in job.stageIds} & set(tracker.getActiveStageIds())
        stages = [(number, tracker.getStageInfo(number)) for number in sorted(mine)]
        self._tasks.saw((number, one.numCompletedTasks, one.numTasks) for number, one in stages if one)


class _Connected:
    def __init__(self, session: SparkSession, tell: Tell) -> None:
        self._session = session
        self._letters = secrets.token_hex(4)
        self._tasks = _Tasks(tell)
        session.registerProgressHandler(self._heard)

    @contextmanager
    def named(self, query: str) -> Iterator[None]:
        tag = f"stillwatch-{query}-{self._letters}"
        self._session.addTag(tag)
        try:
            yield
        except KeyboardInterrupt:
            self._session.interruptTag(tag)  # a server goes on otherwise, for nobody
            raise
        finally:
            self._session.removeTag(tag)

    def close(self) -> None:
        self._session.removeProgressHandler(self._heard)

    def _heard(self, *, stages: Any, operation_id: str, **_: Any) -> None:
        # A stage whose result an earlier one left behind is told of too, and none of its tasks ever runs.
        begun = [one for one in stages or () if one.num_completed_tasks]
        self._tasks.saw(((operation_id, one.stage_id), one.num_completed_tasks, one.num_tasks) for one in begun)
