"""The named queries in Spark's dialect: the same files, read as DuckDB's and written out through sqlglot.

What sqlglot does not know it hands on as it is: a function of the same name that counts or hashes in another way would
change results in silence. So a query that calls a function which sqlglot cannot name, or one whose result is each
engine's own, is refused here instead.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from stillwatch.logs.engine import failed_query, query_text

_OF_ITS_OWN: Final = (exp.ApproxDistinct, exp.ApproxQuantile, exp.PercentileCont, exp.PercentileDisc, exp.Rand)
"""Each engine answers these in its own way, or in another one each time."""


@cache
def spark_query_text(name: str, suffix: str = "") -> str:
    """The query `name`, with parameters as `:parameter` and `suffix` at the end of the names of tables."""
    return in_spark(query_text(name), name, suffix)


def in_spark(text: str, name: str, suffix: str = "") -> str:
    """A SELECT of DuckDB's in Spark's dialect.

    Raises:
        InternalError: The query leaves the portable subset.
    """
    try:
        parsed = sqlglot.parse_one(text, dialect="duckdb")
        _refuse_what_differs(parsed)
        if suffix:
            _rename_tables(parsed, suffix)
        return parsed.sql(dialect="spark", unsupported_level=ErrorLevel.RAISE, comments=False)
    except SqlglotError as error:
        raise failed_query(name, text, error) from error


def _refuse_what_differs(parsed: exp.Expr) -> None:
    if call := parsed.find(exp.Anonymous, *_OF_ITS_OWN):
        raise SqlglotError(f"engines do not agree on {call.sql(dialect='duckdb')}")


def _rename_tables(parsed: exp.Expr, suffix: str) -> None:
    """Columns go on naming a table as they did."""
    steps = {step.alias for step in parsed.find_all(exp.CTE)}
    for table in parsed.find_all(exp.Table):
        if table.name not in steps:
            alias = table.alias or table.name
            table.set("this", exp.to_identifier(f"{table.name}{suffix}"))
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
