"""The engine on Apache Spark: the same named queries, for logs that outgrow one machine.

    session = SparkSession.builder.master("local[2]").getOrCreate()
    engine = SparkEngine(session)
    engine.attach("exchanges", store.files("exchanges"), schema)
    engine.run("hunt_size")

It does what `engine.Engine` does, under the same names, with these differences. A table that is defined is computed
when it is first read, and kept in memory and on the executors' disks; an executor that is lost takes nothing with it
but time, as its share is computed again from the same files, and each query has the same rows whoever computes it.
Tables are bound to what they were made from, views look their tables up when they are read. Sums that do not fit 64
bits are an error (ANSI mode), never a wrong number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from py4j.protocol import Py4JError
from pyspark import StorageLevel
from pyspark.errors import PySparkException

from stillwatch.logs.engine import failed_query
from stillwatch.logs.spark_sql import spark_query_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession


class SparkEngine:
    """Tables and views of its own in the Spark that `session` is connected to; closing leaves the session open."""

    def __init__(self, session: SparkSession) -> None:
        self._session = session.newSession()
        self._session.conf.set("spark.sql.ansi.enabled", "true")
        self._kept: dict[str, DataFrame] = {}

    def attach(self, name: str, paths: Sequence[str], empty: pa.Schema) -> None:
        """Make Parquet files that Spark reaches readable as the view `name`; no files give an empty table."""
        if not paths:
            self.put(name, empty.empty_table())
            return
        self._show(name, self._session.read.option("mergeSchema", "true").parquet(*paths))

    def put(self, name: str, table: pa.Table) -> None:
        """Copy an Arrow table into the engine under `name`."""
        self._show(name, self._session.createDataFrame(table))

    def define(self, name: str, parameters: Mapping[str, Any] | None = None) -> None:
        """Keep the result of the query `name` under that name."""
        frame = self._ask(name, parameters).persist(StorageLevel.MEMORY_AND_DISK)
        self._show(name, frame)
        self._kept[name] = frame

    def define_as(self, name: str, query: str) -> None:
        """Make the result of `query` readable as the view `name`: one of several ways to the same columns."""
        text = f"CREATE OR REPLACE TEMPORARY VIEW `{name}` AS {spark_query_text(query)}"
        try:
            self._session.sql(text)
        except (PySparkException, Py4JError) as error:
            raise failed_query(query, text, error) from error
        self._forget(name)

    def drop(self, name: str) -> None:
        """Forget a table that is not asked for any more."""
        self._session.catalog.dropTempView(name)
        self._forget(name)

    def run(self, name: str, parameters: Mapping[str, Any] | None = None) -> pa.Table:
        """Give the result of the query `name`; Spark's own pages show its stages under that name."""
        self._session.sparkContext.setJobDescription(f"stillwatch: {name}")
        try:
            return self._ask(name, parameters).toArrow()
        except (PySparkException, Py4JError) as error:
            raise failed_query(name, spark_query_text(name), error) from error
        finally:
            self._session.sparkContext.setJobDescription(None)

    def close(self) -> None:
        """Give back what the tables hold on the executors."""
        for name in list(self._kept):
            self.drop(name)

    def _ask(self, name: str, parameters: Mapping[str, Any] | None) -> DataFrame:
        text = spark_query_text(name)
        try:
            return self._session.sql(text, args=dict(parameters or {}))
        except (PySparkException, Py4JError) as error:
            raise failed_query(name, text, error) from error

    def _show(self, name: str, frame: DataFrame) -> None:
        frame.createOrReplaceTempView(name)
        self._forget(name)

    def _forget(self, name: str) -> None:
        """Let go of the rows of a table that another one, or nothing, stands for now."""
        if kept := self._kept.pop(name, None):
            kept.unpersist()
