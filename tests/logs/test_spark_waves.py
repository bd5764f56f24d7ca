"""Waves of tasks, answered by a session that is none."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest
from local_spark import find_pyspark, why_missing

from stillwatch.core.errors import InputError, InternalError, PeerError

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


def _waves(*told: Any) -> Any:
    find_pyspark()
    from stillwatch.logs.spark_waves import SparkWaves

    return SparkWaves(SimpleNamespace(addTag=str, interruptTag=str), *told)


def _asked(tasks: list[int]) -> Any:
    """As an executor answers: in any order, and a task at 9 not at all."""
    from stillwatch.logs.spark_waves import answered

    rows = [answered(number, _halved, task) for number, task in reversed(list(enumerate(tasks))) if task != 9]
    return SimpleNamespace(toArrow=lambda: pa.Table.from_batches(rows))


def _halved(task: int) -> int:
    if task % 2:
        raise InputError("odd", where=str(task))
    return task // 2


def _broken(_tasks: list[int]) -> Any:
    from pyspark.errors import PySparkException

    raise PySparkException("the cluster is gone")


def test_answers_come_in_order_and_errors_where_they_stand() -> None:
    answers = _waves()(_asked, [[2, 4], [6, 1]], "halve")
    assert [next(answers) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(InputError, match="1: odd"):
        next(answers)


def test_a_task_without_an_answer_is_told_of() -> None:
    with pytest.raises(InputError, match=r"halve: Spark answered 1 of 2 tasks.*while they are read"):
        list(_waves()(_asked, [[2, 9]], "halve"))


def test_what_spark_says_is_ours_to_mend_unless_somebody_knows_better() -> None:
    with pytest.raises(InternalError, match="could not halve: the cluster is gone"):
        list(_waves()(_broken, [[1]], "halve"))
    with pytest.raises(PeerError, match=r"s3a://x \[1\]"):
        list(_waves(lambda _, tasks: PeerError(f"s3a://x {tasks}"))(_broken, [[1]], "halve"))
