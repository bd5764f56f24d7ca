"""Who does work beside this process is whom the settings name."""

from __future__ import annotations

import operator
from types import SimpleNamespace
from typing import TYPE_CHECKING

from stillwatch.service import open_spread as module
from stillwatch.service.open_spread import open_spread
from stillwatch.service.settings import ON_DUCKDB, EngineChoice

if TYPE_CHECKING:
    import pytest


def test_one_worker_is_this_process_alone() -> None:
    assert open_spread(ON_DUCKDB, 1) is None


def test_processes_of_this_machine_are_as_many_as_asked_or_as_there_are_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ProcessSpread", lambda workers: lambda _work, tasks, _what: [workers] * len(tasks))
    monkeypatch.setattr(module.os, "cpu_count", lambda: 6)
    made = [open_spread(ON_DUCKDB, workers) for workers in (3, 0)]
    assert [list(one(operator.neg, [1], "turn")) for one in made if one is not None] == [[3], [6]]


def test_on_spark_its_executors_work_in_waves_that_show_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark itself is tested where there is one."""
    choice = EngineChoice(name="spark", spark_conf={"spark.master": "local[1]"})
    monkeypatch.setattr(module, "open_spark", lambda asked: ("session of", asked))
    asked = []

    def spread_of(session: object, wave: int) -> object:
        asked.append((session, wave))
        return lambda work, tasks, _what: map(work, tasks)

    spark = SimpleNamespace(SparkSpread=spread_of)
    monkeypatch.setattr(module, "import_module", {"stillwatch.logs.spark_spread": spark}.__getitem__)
    made = open_spread(choice, 1)
    assert made is not None
    assert list(made(operator.neg, [1, 2], "turn")) == [-1, -2]
    assert asked == [(("session of", choice), 64)]
