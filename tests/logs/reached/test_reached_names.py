"""What is named so that Spark alone reaches it."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.logs.reached.reached_names import TableName, is_reached, table_of


@pytest.mark.parametrize(
    "name", ["s3a://logs/day=*/", "file:///logs", "abfss://c@a.example/logs", "table:t", "delta:s3a://lake/t"]
)
def test_urls_and_tables_of_spark(name: str) -> None:
    assert is_reached(name)


@pytest.mark.parametrize("name", ["logs/", "a:b", "delta:/lake/t@3", "delta:file:///lake/t", "iceberg:a.b.c"])
def test_what_needs_no_spark(name: str) -> None:
    assert not is_reached(name)


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("table:lake.api.calls", TableName("table", "lake.api.calls", "")),
        ("table:calls@4477448127270129577", TableName("table", "calls", "4477448127270129577")),
        ("delta:abfss://c@a/calls", TableName("delta", "abfss://c@a/calls", "")),
        ("delta:abfss://c@a/calls@7", TableName("delta", "abfss://c@a/calls", "7")),
    ],
)
def test_a_table_has_a_place_and_may_have_a_version(name: str, table: TableName) -> None:
    assert table_of(name) == table
    assert str(table) == name
    assert table.log_name == name.removesuffix(f"@{table.version}")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("table:calls@yesterday", "no version.*write a number"),
        ("table:", "no table is named"),
        ("ftp://me:secret@host/logs", "no password.*spark.hadoop"),
    ],
)
def test_what_cannot_be_meant(name: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as error:
        table_of(name)
    assert "secret" not in str(error.value)
