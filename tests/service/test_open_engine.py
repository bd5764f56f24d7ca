"""The engine that settings name is made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.service import open_engine as module
from stillwatch.service.open_engine import open_engine
from stillwatch.service.settings import ON_DUCKDB, EngineChoice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def test_duckdb_works_in_its_folder(tmp_path: Path) -> None:
    engine = open_engine(ON_DUCKDB, spill=tmp_path / "spill", memory_bytes=1 << 28)
    assert isinstance(engine, DuckDbEngine)
    assert (tmp_path / "spill").is_dir()
    engine.put("duplicate", pa.table({"exchange_no": [1, 2]}))
    assert engine.run("duplicate_count").to_pylist() == [{"duplicates": 2}]
    engine.close()


def test_spark_is_asked_with_what_the_user_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine itself is tested where there is a Spark."""
    choice = EngineChoice(name="spark", spark_conf={"spark.master": "local[1]"})
    monkeypatch.setattr(module, "open_spark", lambda asked: ("session", asked))
    told: list[tuple[str, int, int]] = []

    def engine_of(name: str) -> SimpleNamespace:
        return SimpleNamespace(SparkEngine=lambda session, tell: (name, session, tell))

    monkeypatch.setattr(module, "import_module", engine_of)
    made = open_engine(choice, spill=tmp_path / "spill", memory_bytes=1 << 28, progress=lambda *now: told.append(now))
    name, session, tell = cast("tuple[str, tuple[str, EngineChoice], Callable[[int, int], None]]", made)
    assert (name, session) == ("stillwatch.logs.spark_engine", ("session", choice))
    tell(2, 5)
    assert told == [("tasks of Spark", 2, 5)]
    assert not (tmp_path / "spill").exists()
