"""The engine on Apache Spark: the same named queries, for logs that outgrow one machine.

    session = SparkSession.builder.master("local[2]").getOrCreate()
    engine = SparkEngine(session)
    engine.attach("exchanges", store.files("exchanges"), schema)
    engine.run("hunt_size")

It does what `duckdb_engine.DuckDbEngine` does, under the same names, with these differences. A table that is defined is
computed when it is first read, and kept in memory and on the executors' disks; an executor that is lost takes nothing
with it but time, as its share is computed again from the same files, and each query has the same rows whoever computes
it. Tables are bound to what they were made from, views look their tables up when they are read. Sums that do not fit 64
bits are an error (ANSI mode), never a wrong number.

The session is the user's, of Spark Connect too, so it is left as it was found: names of tables end in letters that no
other engine has, and the one setting that results hang on is set back.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from py4j.protocol import Py4JError
from pyspark import StorageLevel
from pyspark.errors import PySparkException

from stillwatch.core.errors import SettingsError
from stillwatch.logs.engine import failed_query
from stillwatch.logs.spark_jobs import jobs_of
from stillwatch.logs.spark_sql import spark_query_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from stillwatch.logs.spark_jobs import Tell

_ANSI: Final = "spark.sql.ansi.enabled"


_TYPES: Final = {
    "null": "VOID",
    "int8": "TINYINT",
    "int32": "INT",
    "int64": "BIGINT",
    "double": "DOUBLE",
    "string": "STRING",
}
"""Of what the store and its queries hold; beside these there are sums as decimal numbers."""


_NOT_THERE: Final = ("FILE_NOT_EXIST", "PATH_NOT_FOUND")


def _untold(_done: int, _total: int) -> None:
    """Progress that nobody watches."""


class SparkEngine:
    """Tables and views of its own in `session`; closing leaves the session open."""

    def __init__(self, session: SparkSession, tell: Tell = _untold) -> None:
        """`tell` gets the number of Spark's tasks that are done, and of those known of, from any thread."""
        self._session = session
        self._suffix = f"_{secrets.token_hex(4)}"
        self._jobs = jobs_of(session, tell)
        self._views: set[str] = set()
        self._kept: set[str] = set()
        self._ansi_before = session.conf.get(_ANSI)
        session.conf.set(_ANSI, "true")

    def attach(self, name: str, paths: Sequence[str], empty: pa.Schema) -> None:
        """Make the columns `empty` of Parquet files readable as the view `name`; no files give an empty table.

        Driver and executors must reach the files: under the same path, or by a URL.
        """
        if not paths:
            self.put(name, empty.empty_table())
            return
        with _reaching():
            # Given the columns, Spark does not open each file beforehand to learn them.
            self._show(name, self._session.read.schema(_columns(empty)).parquet(*map(_address, paths)))

    def put(self, name: str, table: pa.Table) -> None:
        """Copy an Arrow table into the engine under `name`."""
        if table.num_rows:
            self._show(name, self._session.createDataFrame(table, _columns(table.schema)))
            return
        # Spark knows that a range of nothing is empty, and does not move what is joined to it.
        nothing = (f"CAST(NULL AS {_kind(field.type)}) AS `{field.name}`" for field in table.schema)
        self._show(name, self._session.range(0).selectExpr(*nothing))

    def define(self, name: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Keep the result of the query `name` under that name."""
        with self._asking(name) as text:
            self._show(name, self._session.sql(text, args=dict(parameters or {})))
            # By its name: a table of Spark Connect is looked up anew each time, and its tables may be others by then.
            self._session.catalog.cacheTable(self._view(name), StorageLevel.MEMORY_AND_DISK)
        self._kept.add(name)

    def define_as(self, name: str, query: str) -> None:
        """Make the result of `query` readable as the view `name`: one of several ways to the same columns."""
        with self._asking(query) as text:
            self._forget(name)
            self._session.sql(f"CREATE OR REPLACE TEMPORARY VIEW `{self._view(name)}` AS {text}")
        self._views.add(name)

    def drop(self, name: str) -> None:
        """Forget a table or a view that is not asked for any more."""
        self._forget(name)
        self._session.catalog.dropTempView(self._view(name))
        self._views.discard(name)

    def run(self, name: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Give the result of the query `name`; Spark's own pages show its jobs under that name."""
        with self._asking(name) as text:
            return self._session.sql(text, args=dict(parameters or {})).toArrow()

    def write(self, name: str, folder: Path, parameters: Mapping[str, Any] | None = None) -> list[str]:
        """Write the result of the query `name` to `folder`, which executors must reach; give the paths of its files.

        A task that is run twice, or whose executor is lost, leaves its file once: Spark commits each by its number.
        """
        with self._asking(name) as text:
            answer = self._session.sql(text, args=dict(parameters or {}))
            answer.write.mode("overwrite").parquet(_address(str(folder)), compression="zstd")
        return sorted(map(str, folder.glob("part-*.parquet")))

    def close(self) -> None:
        """Give back what the tables hold on the executors, and the session as it was."""
        for name in list(self._views):
            self.drop(name)
        self._jobs.close()
        self._session.conf.set(_ANSI, self._ansi_before or "true")

    @contextmanager
    def _asking(self, name: str) -> Iterator[str]:
        """The text of the query `name` as this engine has it; what goes wrong meanwhile is an error of that query."""
        text = spark_query_text(name, self._suffix)
        try:
            with self._jobs.named(name), _reaching():
                yield text
        except (PySparkException, Py4JError) as error:
            raise failed_query(name, text, error) from error

    def _show(self, name: str, frame: DataFrame) -> None:
        self._forget(name)
        frame.createOrReplaceTempView(self._view(name))
        self._views.add(name)

    def _forget(self, name: str) -> None:
        """Let go of the rows of a table that another one, or nothing, is to stand for."""
        if name in self._kept:
            self._session.catalog.uncacheTable(self._view(name))
            self._kept.discard(name)

    def _view(self, name: str) -> str:
        return f"{name}{self._suffix}"


@contextmanager
def _reaching() -> Iterator[None]:
    """A file that Spark does not find is for the operator to mend."""
    try:
        yield
    except (PySparkException, Py4JError) as error:
        # What a task met stands in the text alone: the error itself is that of the job.
        told = [line for line in str(error).splitlines() if any(one in line for one in _NOT_THERE)]
        if told:
            mend = (
                "put the store where Spark's driver and executors find it under the same path, such as a shared mount"
            )
            what = f"Spark does not reach the store: {told[0]}"
            raise SettingsError(what, where="--engine spark", mend=mend) from error
        raise


def _columns(schema: pa.Schema) -> str:
    """Columns as Spark's DDL says them."""
    return ", ".join(f"`{field.name}` {_kind(field.type)}" for field in schema)


def _kind(kind: pa.DataType) -> str:
    return _TYPES.get(str(kind)) or f"DECIMAL({kind.precision}, {kind.scale})"


def _address(path: str) -> str:
    """A path as a URL: without one, Spark looks where its own settings say, and a server of its own elsewhere still."""
    return path if "://" in path else Path(path).absolute().as_uri()
