"""Tables by name and by connector: which version they have, and their rows as Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from local_spark import local_spark, why_missing

from exchange_log import exchange
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.logs.reached.reached_names import table_of

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


@pytest.fixture(scope="module")
def session():
    with local_spark() as made:
        made.createDataFrame(pa.Table.from_pylist(list(map(exchange, range(40))))).write.saveAsTable("calls")
        made.sql("CREATE VIEW few AS SELECT * FROM calls LIMIT 5")
        yield made


def _open(session, name: str):
    from stillwatch.logs.reached.spark_table import SparkTable

    return SparkTable.open(session, table_of(name))


def test_a_table_of_files_tells_its_version_and_a_view_tells_none(session) -> None:
    stamp = _open(session, "table:calls").stamp
    assert stamp.startswith("version ")
    assert _open(session, "table:default.calls").stamp == stamp
    assert _open(session, "table:few").stamp == ""
    session.sql("INSERT INTO calls SELECT * FROM few")
    assert _open(session, "table:calls").stamp != stamp


def test_its_rows_are_written_as_parquet_for_all_to_read(session, tmp_path: Path) -> None:
    table = _open(session, "table:few")
    files = table.write(tmp_path / "rows")
    assert sum(pq.read_metadata(file.path).num_rows for file in files) == 5
    assert {(file.name, file.stamp) for file in files} == {("table:few", "")}
    table.write_head(tmp_path / "head.parquet")
    assert pq.read_table(tmp_path / "head.parquet").num_rows == 5


def test_what_a_connector_is_needed_for_is_said(session) -> None:
    with pytest.raises(InputError, match=r"^table:calls@3: .*TIME_TRAVEL.*leave @VERSION out"):
        _open(session, "table:calls@3")
    for name in ("delta:file:/lake/calls@3", "delta:s3a://lake/calls@3"):
        with pytest.raises(SettingsError, match=r"s3a://lake/calls@3: .*delta.*spark.jars.packages"):
            _open(session, name.replace("file:/", "s3a://"))
