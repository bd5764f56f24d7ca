"""The engine on DuckDB, inside this process: the default.

engine = DuckDbEngine(spill=folder, memory_bytes=1 << 30, threads=2)
engine.attach("exchanges", store.files("exchanges"), schema)
engine.run("hunt_size")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import duckdb

from stillwatch.logs.engine import failed_query, query_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

_IS_VIEW: Final = "FROM duckdb_views() WHERE view_name = ?"


class DuckDbEngine:
    """One in-memory DuckDB that spills to `spill` and keeps to `memory_bytes`; state stays in Parquet."""

    def __init__(self, *, spill: Path, memory_bytes: int, threads: int) -> None:
        spill.mkdir(parents=True, exist_ok=True)
        self._connection = duckdb.connect(
            ":memory:",
            config={
                "memory_limit": f"{memory_bytes // 2**20}MiB",
                "threads": threads,
                "temp_directory": str(spill),
            },
        )
        self._connection.execute("SET enable_progress_bar = false")

    def attach(self, name: str, paths: Sequence[str], empty: pa.Schema) -> None:
        """Make Parquet files readable as the view `name`; no files give an empty table."""
        if not paths:
            self.put(name, empty.empty_table())
            return
        relation = self._connection.read_parquet(list(paths), union_by_name=True)
        relation.create_view(name, replace=True)

    def put(self, name: str, table: pa.Table) -> None:
        """Copy an Arrow table into the engine under `name`."""
        self._connection.register("_incoming", table)
        self._connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM _incoming')  # noqa: S608  # the name is ours
        self._connection.unregister("_incoming")

    def define(self, name: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Keep the result of the query `name` under that name."""
        self._execute(name, f'CREATE OR REPLACE TABLE "{name}" AS {query_text(name)}', parameters)

    def define_as(self, name: str, query: str) -> None:
        """Make the result of `query` readable as the view `name`: one of several ways to the same columns."""
        self._execute(query, f'CREATE OR REPLACE VIEW "{name}" AS {query_text(query)}', None)

    def drop(self, name: str) -> None:
        """Forget a table or a view that is not asked for any more."""
        kind = "VIEW" if self._connection.execute(_IS_VIEW, [name]).fetchone() else "TABLE"
        self._connection.execute(f'DROP {kind} IF EXISTS "{name}"')

    def run(self, name: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Give the result of the query `name`."""
        try:
            relation = self._connection.sql(query_text(name), params=dict(parameters) if parameters else None)
            return relation.to_arrow_table()
        except duckdb.Error as error:
            raise failed_query(name, query_text(name), error) from error

    def close(self) -> None:
        self._connection.close()

    def _execute(self, name: str, text: str, parameters: Mapping[str, Any] | None) -> None:
        try:
            self._connection.execute(text, dict(parameters) if parameters else None)
        except duckdb.Error as error:
            raise failed_query(name, text, error) from error
