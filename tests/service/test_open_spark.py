"""Spark is opened as settings say, or it is said what is missing."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.service import open_spark as module
from stillwatch.service.open_spark import open_spark
from stillwatch.service.settings import EngineChoice

_SPARK = EngineChoice(name="spark", spark_conf={"spark.app.name": "night"})


def test_without_pyspark_the_mend_is_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str) -> Any:
        raise ModuleNotFoundError("No module named 'pyspark'", name="pyspark")

    monkeypatch.setattr(module, "import_module", missing)
    with pytest.raises(SettingsError, match=r"pyspark is missing.*stillwatch\[spark\]"):
        open_spark(_SPARK)


def test_spark_gets_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    class Sessions:
        @staticmethod
        def spark_session(conf: Any) -> Any:
            return {"session": conf}

    monkeypatch.setattr(module, "import_module", lambda _: Sessions)
    assert open_spark(_SPARK) == {"session": {"spark.app.name": "night"}}
