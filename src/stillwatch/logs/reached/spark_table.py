"""Tables that Spark reads by its own connectors, brought to the store as Parquet.

    table = SparkTable.open(session, table_of("table:lake.api.calls"))
    table.write(store_folder)

Spark writes the rows out as Parquet files to a folder that driver and executors share, which are then read as any
Parquet is: types, times and nulls come as they do from there. A task of Spark's that is run twice leaves its file once.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow.parquet as pq
import xxhash
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException

from stillwatch.logs.log_file import LogFile
from stillwatch.logs.reached.list_files import address_of, listed
from stillwatch.logs.reached.refused import reaching

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pyspark.sql import DataFrame, SparkSession

    from stillwatch.logs.reached.reached_names import TableName

_BLOCK_BYTES: Final = 16 << 20
"""Of the row groups that Spark writes, so that each is a block of its own."""
_HEAD_ROWS: Final = 1000


class SparkTable(NamedTuple):
    name: TableName
    frame: DataFrame
    stamp: str
    """The version of the table; "" where it does not tell one, so that it is read whenever it is named."""

    @classmethod
    def open(cls, session: SparkSession, name: TableName) -> SparkTable:
        """The table, as it is now or at the version that is named.

        Raises:
            InputError: There is no such table or version.
            SettingsError: Spark lacks the connector, or may not read there.
            PeerError: A catalog does not answer.
        """
        with reaching(str(name)):
            frame = _frame(session, name)
            frame.schema  # noqa: B018  # Spark Connect asks for nothing before
            version = name.version or _version(session, name, frame)
        return cls(name, frame, version and f"version {version}")

    def write(self, folder: Path) -> list[LogFile]:
        """Its rows as Parquet files in a folder that all reach."""
        with reaching(str(self.name)):
            writer = self.frame.write.mode("overwrite").option("parquet.block.size", _BLOCK_BYTES)
            writer.parquet(folder.absolute().as_uri(), compression="zstd")
        files = sorted(folder.glob("part-*.parquet"))
        return [LogFile(self.name.log_name, file.stat().st_size, file) for file in files]

    def write_head(self, path: Path) -> None:
        """Some of its rows as a Parquet file of this machine."""
        with reaching(str(self.name)):
            pq.write_table(self.frame.limit(_HEAD_ROWS).toArrow(), path)


def _frame(session: SparkSession, name: TableName) -> DataFrame:
    if name.kind == "delta":
        reader = session.read.format("delta")
        return (reader.option("versionAsOf", name.version) if name.version else reader).load(name.place)
    if name.version:
        return session.sql(f"SELECT * FROM {name.place} VERSION AS OF {name.version}")  # noqa: S608  # the operator's
    return session.table(name.place)


def _version(session: SparkSession, name: TableName, frame: DataFrame) -> str:
    """What tells this state of the table from any other; "" where nothing does."""
    if name.kind == "delta":
        return _delta_version(session, f"delta.`{name.place}`")
    tell = _VERSIONS.get(_provider(session, name.place))
    return tell(session, name.place, frame) if tell else ""


def _provider(session: SparkSession, place: str) -> str:
    """What a table of a catalog is kept by, in small letters; "" for a view, and for what Spark does not know."""
    with suppress(PySparkException, Py4JError):
        rows = session.sql(f"DESCRIBE TABLE EXTENDED {place}").collect()
        told = {row["col_name"]: row["data_type"] for row in rows}
        return "" if "View Text" in told else str(told.get("Provider", "")).lower()
    return ""


def _delta_version(session: SparkSession, place: str) -> str:
    return _first(session, f"DESCRIBE HISTORY {place} LIMIT 1", "version")


def _iceberg_snapshot(session: SparkSession, place: str) -> str:
    return _first(session, f"SELECT snapshot_id FROM {place}.refs WHERE name = 'main'", "snapshot_id")  # noqa: S608


def _first(session: SparkSession, query: str, column: str) -> str:
    """A value of the query's first row; "" where the table does not answer it."""
    with suppress(PySparkException, Py4JError):
        rows = session.sql(query).collect()
        return str(rows[0][column]) if rows else ""
    return ""


def _files_digest(session: SparkSession, frame: DataFrame) -> str:
    """Of a table that is nothing but files: their names, sizes and times."""
    files = [address_of(one) for one in frame.inputFiles()]
    told = sorted((log.name, log.size_bytes, log.stamp) for log in listed(session, files)) if files else []
    return xxhash.xxh3_128_hexdigest(repr(told).encode())


_VERSIONS: Final[dict[str, Callable[[Any, str, Any], str]]] = {
    "delta": lambda session, place, _: _delta_version(session, place),
    "iceberg": lambda session, place, _: _iceberg_snapshot(session, place),
    **dict.fromkeys(("parquet", "orc", "json", "csv", "text"), lambda session, _, frame: _files_digest(session, frame)),
}
"""How a table says its version, by what it is kept by."""
