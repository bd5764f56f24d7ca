"""Every query can be said in Spark's dialect, and what cannot be said there alike is refused."""

from __future__ import annotations

from importlib.resources import files

import pytest

pytest.importorskip("sqlglot", reason="the extra `spark` is not installed")

import sqlglot
from sqlglot import exp

from stillwatch.core.errors import InternalError
from stillwatch.logs.engine import query_text
from stillwatch.logs.spark_sql import in_spark, spark_query_text

_QUERIES = sorted(one.name[:-4] for one in files("stillwatch.logs.queries").iterdir() if one.name.endswith(".sql"))


def parameters(text, dialect):
    return {one.name for one in sqlglot.parse_one(text, dialect=dialect).find_all(exp.Placeholder)}


@pytest.mark.parametrize("name", _QUERIES)
def test_every_query_can_be_said_in_spark_with_the_same_parameters(name):
    said = spark_query_text(name)
    # A second reading, by Spark's own grammar, finds what was written but is not Spark's.
    assert sqlglot.parse_one(said, dialect="spark").sql(dialect="spark") == said
    assert parameters(said, "spark") == parameters(query_text(name), "duckdb")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT (a - $b) // $c FROM t", "SELECT (a - :b) DIV :c FROM t"),
        ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a NULLS LAST"),
    ],
    ids=["whole numbers stay whole", "nothing comes last"],
)
def test_what_differs_between_the_engines_is_said_out(query, said):
    assert in_spark(query, "one") == said


@pytest.mark.parametrize(
    "query",
    [
        "SELECT hash(a) FROM t",
        "SELECT approx_count_distinct(a) FROM t",
        "SELECT approx_quantile(a, 0.5) FROM t",
        "SELECT quantile_cont(a, 0.5) FROM t",
        "SELECT random() FROM t",
        "SELECT no_such_function(a) FROM t",
        "SELECT a FROM",
    ],
)
def test_what_engines_answer_each_in_its_way_is_refused(query):
    with pytest.raises(InternalError, match=r"(?s)query one.*SELECT"):
        in_spark(query, "one")
