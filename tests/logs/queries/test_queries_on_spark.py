"""Every golden pair of a query holds on Spark too."""

from __future__ import annotations

from contextlib import closing

import pyarrow as pa
import pytest
from golden_queries import load, query_names
from local_spark import BothEngines, local_spark, why_missing

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]


@pytest.fixture(scope="module")
def session():
    with local_spark() as made:
        yield made


@pytest.mark.parametrize("name", query_names())
def test_a_query_gives_on_spark_what_it_gives_on_duckdb(name, session, tmp_path):
    golden = load(name)
    compared = set()
    settings = {"spill": tmp_path, "memory_bytes": 1 << 28, "threads": 1}
    with closing(BothEngines(session, gives="spark", compared=compared, **settings)) as engines:
        for table, content in golden["tables"].items():
            columns = [list(column) for column in zip(*content["rows"], strict=True)]
            engines.put(table, pa.table(dict(zip(content["columns"], columns, strict=True))))
        engines.run(name, golden.get("parameters") or None)
    assert compared == {name}
