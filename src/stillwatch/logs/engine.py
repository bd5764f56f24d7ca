"""The engine: what runs the named queries of `logs/queries` over the store's Parquet.

A query is a file; it reads views and tables by name and takes named parameters only. `Engine.define` turns a query's
result into a table that later queries read, so every intermediate has a name and can be looked at. There are two:
`duckdb_engine` inside this process, and `spark_engine` for logs that outgrow one machine; both give the same rows.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from stillwatch.core.errors import InternalError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa


class Engine(Protocol):
    """Tables and views by name, and the queries over them. State stays in Parquet: an engine may go at any time."""

    def attach(self, name: str, paths: Sequence[str], empty: pa.Schema) -> None:
        """Make Parquet files readable as the view `name`; no files give an empty table."""

    def put(self, name: str, table: pa.Table) -> None:
        """Copy an Arrow table into the engine under `name`."""

    def define(self, name: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Keep the result of the query `name` under that name."""

    def define_as(self, name: str, query: str) -> None:
        """Make the result of `query` readable as the view `name`: one of several ways to the same columns."""

    def drop(self, name: str) -> None:
        """Forget a table or a view that is not asked for any more."""

    def run(self, name: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Give the result of the query `name`.

        Raises:
            InternalError: The engine refused it; the message has the query as that engine had it.
        """

    def close(self) -> None:
        """Let go of everything that the engine holds."""


@runtime_checkable
class RemoteEngine(Engine, Protocol):
    """An engine whose rows lie on other machines: what is large stays there, as files that they write."""

    def write(self, name: str, folder: Path, parameters: Mapping[str, Any] | None = None) -> list[str]:
        """Write the result of the query `name` as Parquet to `folder`, in place of what is there.

        Give the paths: at least one, whose file has the columns even where there are no rows.
        """


@cache
def query_text(name: str) -> str:
    return files("stillwatch.logs.queries").joinpath(f"{name}.sql").read_text("utf-8")


def failed_query(name: str, text: str, error: Exception) -> InternalError:
    """The error of a query that an engine refused, with the query as that engine had it."""
    return InternalError(f"{error}\n{text}", where=f"query {name}", mend="report this with the query")
