"""Logs are read on the engine that settings name, and the store is the same."""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING

from exchange_log import quiet
from spread_here import spread_here
from stillwatch.logs.ingest import ingest
from stillwatch.service import open_ingest as module
from stillwatch.service.open_ingest import open_ingest
from stillwatch.service.sample import sample
from stillwatch.service.settings import ON_DUCKDB, EngineChoice, ScanSettings
from stillwatch.service.take_in import take_in

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

_SPARK = EngineChoice(name="spark", spark_conf={"spark.master": "local[1]"})


def test_without_spark_processes_of_this_machine_read() -> None:
    assert open_ingest(ON_DUCKDB) is ingest


def test_spark_is_asked_with_what_the_user_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spark itself is tested where there is one."""
    asked = []
    monkeypatch.setattr(module, "open_spark", lambda choice: asked.append(choice) or "session")
    spread = SimpleNamespace(SparkSpread=lambda session: {"session": spread_here}[session])
    monkeypatch.setattr(module, "import_module", {"stillwatch.logs.spark_spread": spread}.__getitem__)
    made = sample(tmp_path / "sample", scale=0.01)
    settings = partial(ScanSettings, logs=tuple(map(str, made.logs)), workers=1)
    store, inputs = take_in(settings(store=tmp_path / "spread", engine=_SPARK), None, quiet)
    alone, reference = take_in(settings(store=tmp_path / "alone"), None, quiet)
    assert asked == [_SPARK]
    assert inputs == reference
    assert sorted(store.parts()) == sorted(alone.parts())
