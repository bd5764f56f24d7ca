"""A table is named by kind, place and version."""

from __future__ import annotations

import pytest

from delta_log import PROTOCOL, add, commit, metadata
from stillwatch.core.errors import SettingsError
from stillwatch.logs.lakes import open_table as module
from stillwatch.logs.lakes.open_table import is_table, open_table


def test_tables_are_told_from_files():
    assert [is_table(name) for name in ("delta:/a", "iceberg:c.n.t", "delta", "logs/delta:/a")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("name", ["delta:{}", "delta:file://{}"])
def test_a_delta_table_is_opened_now_or_at_a_version(tmp_path, name):
    commit(tmp_path, 0, PROTOCOL, metadata(), add("a.parquet"))
    commit(tmp_path, 1, add("b.parquet"))
    assert len(open_table(name.format(tmp_path)).files) == 2
    assert open_table(name.format(tmp_path) + "@0").files == {tmp_path / "a.parquet"}


def test_an_iceberg_table_is_asked_for_by_its_name_and_snapshot(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "iceberg_snapshot", lambda *what: asked.append(what))
    open_table("iceberg:prod.api.exchanges")
    open_table("iceberg:/lake/exchanges@17")
    assert asked == [("prod.api.exchanges", None), ("/lake/exchanges", 17)]


def test_a_version_is_a_number(tmp_path):
    with pytest.raises(SettingsError, match="'yesterday' is no version"):
        open_table(f"delta:{tmp_path}@yesterday")
