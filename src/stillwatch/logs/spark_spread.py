"""Work done on the executors of Spark, one task a partition, as Arrow batches.

spread = SparkSpread(session)
list(spread(str.upper, ["a", "b"], "say it loud"))
"""

from __future__ import annotations

import pickle
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from stillwatch.logs.spark_waves import ANSWER_COLUMNS, SparkWaves, answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pyspark.sql import DataFrame, SparkSession

_WAVE: Final = 512
"""Tasks of one job of Spark: its answers are seen, and progress is told, when all of it is done."""


class SparkSpread:
    """Spreads work over the executors that a session has, as `spread.Spread`."""

    def __init__(self, session: SparkSession, wave: int = _WAVE) -> None:
        self._session = session
        self._most = wave
        self._waves = SparkWaves(session)

    def __call__(self, work: Callable[[Any], Any], tasks: Sequence[Any], what: str) -> Iterator[Any]:
        """The answers, in the order of the tasks. Raises as `SparkWaves` does."""
        waves = (tasks[first : first + self._most] for first in range(0, len(tasks), self._most))
        return self._waves(partial(self._asked, work), waves, what)

    def _asked(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> DataFrame:
        """One partition a task."""
        packed = pa.table({"task_no": range(len(tasks)), "task": [pickle.dumps(task) for task in tasks]})
        frame = self._session.createDataFrame(packed).repartitionByRange(len(tasks), "task_no")
        return frame.mapInArrow(partial(_answers, work), ANSWER_COLUMNS)


def _answers(work: Callable[[Any], Any], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """On an executor: what the tasks of a partition come to."""
    for batch in batches:
        for number, task in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield answered(number, work, pickle.loads(task))  # noqa: S301  # our driver packed it
