"""Only Spark reaches a URL; Spark itself is tested where there is one."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.service import open_reached as module
from stillwatch.service.named_logs import named_logs
from stillwatch.service.open_reached import open_reached
from stillwatch.service.settings import ON_DUCKDB, EngineChoice


@pytest.mark.parametrize("name", ["s3a://logs/", "table:lake.api.calls", "delta:s3a://lake/calls@7"])
def test_without_spark_the_mend_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name}: nothing but Spark.*--engine spark"):
        open_reached(ON_DUCKDB, [name])


def test_spark_is_asked_for_what_it_alone_reaches(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"{}\n")
    reached = SimpleNamespace(ReachedLogs=lambda session, names: (session, names))
    monkeypatch.setattr(module, "open_spark", lambda choice: choice.name)
    monkeypatch.setattr(module, "import_module", {"stillwatch.logs.reached.reached_logs": reached}.__getitem__)
    logs = named_logs(("s3a://logs/", str(tmp_path), "table:calls"), EngineChoice(name="spark"))
    assert logs.paths == (tmp_path / "a.jsonl",)
    assert logs.reached == ("spark", ["s3a://logs/", "table:calls"])
