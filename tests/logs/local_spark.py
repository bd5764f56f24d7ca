"""Sparks of this machine for the tests, and an engine that asks both one of them and DuckDB."""

from __future__ import annotations

import importlib
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from stillwatch.logs.duckdb_engine import DuckDbEngine
from stillwatch.logs.engine import query_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

RELATIVE = 1e-12
"""Sums and means of floating-point numbers hang on the order in which an engine takes them, which no SQL engine
promises; all that is not of floating point is compared exactly.
"""
_LIBRARIES = next((Path(sys.prefix) / "spark").glob("lib/python*/site-packages"), None)


def why_missing() -> str:
    """What is needed and not there; "" where all is."""
    if not _LIBRARIES and not importlib.util.find_spec("pyspark"):
        return "PySpark is not installed: `make .venv/.spark`"
    return "" if shutil.which("java") else "java is not installed: Spark needs Java 17"


def libraries() -> Path:
    """The folder that PySpark is imported from."""
    return _LIBRARIES or Path(importlib.util.find_spec("pyspark").origin).parents[1]


def find_pyspark() -> None:
    """Make PySpark importable."""
    if _LIBRARIES and str(_LIBRARIES) not in sys.path:
        sys.path.append(str(_LIBRARIES))


def this_python() -> dict[str, str]:
    """What makes the workers of another process's Spark run this Python, with all that is imported here."""
    paths = os.pathsep.join([*filter(None, sys.path), str(libraries())])
    return {"PYSPARK_PYTHON": sys.executable, "PYTHONPATH": paths}


@contextmanager
def connected_spark() -> Iterator[Any]:
    """A session of Spark Connect, on a server that is a process of its own and works in another folder."""
    find_pyspark()
    from pyspark.find_spark_home import _find_spark_home

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        port = _free_port()
        settings = {
            **_settings(folder),
            "spark.connect.grpc.binding.address": "127.0.0.1",
            "spark.connect.grpc.binding.port": str(port),
        }
        conf = [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
        submit = [f"{_find_spark_home()}/bin/spark-submit", "--master", "local[2]", *conf]
        server = "org.apache.spark.sql.connect.service.SparkConnectServer"
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603  # ours
                [*submit, "--class", server], cwd=folder, env=os.environ | this_python(), stdout=log, stderr=log
            )
        try:
            _wait_for(port, process, Path(folder) / "log")
            from stillwatch.logs.spark_session import spark_session

            session = spark_session({"spark.remote": f"sc://127.0.0.1:{port}"})
            try:
                yield session
            finally:
                session.stop()
                # As long as it stands, PySpark opens no session of another kind in this process.
                os.environ.pop("SPARK_CONNECT_MODE_ENABLED", None)
        finally:
            process.terminate()
            process.wait(60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(2400):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, log.read_text()
        time.sleep(0.5)
    raise AssertionError(log.read_text())


def _settings(folder: str) -> dict[str, str]:
    return {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.local.dir": folder,
        "spark.log.level": "ERROR",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": folder,
        "spark.ui.enabled": "false",
    }


@contextmanager
def local_spark() -> Iterator[Any]:
    """A session on two threads of this process's own Java machine."""
    find_pyspark()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        session = SparkSession.builder.master("local[2]").config(map=_settings(folder)).getOrCreate()
        try:
            yield session
        finally:
            session.stop()


class BothEngines:
    """Does on Spark whatever is done on DuckDB, and holds the answers against one another; gives those of `gives`."""

    def __init__(self, session: Any, *, gives: str, compared: set[str], **settings: Any) -> None:
        from stillwatch.logs.spark_engine import SparkEngine

        self._duckdb = DuckDbEngine(**settings)
        self._spark = SparkEngine(session)
        self._gives = gives
        self._compared = compared

    def run(self, name: str, parameters: dict[str, Any] | None = None) -> pa.Table:
        reference, found = (engine.run(name, parameters) for engine in (self._duckdb, self._spark))
        assert_same(name, reference, found)
        if reference.num_rows:
            self._compared.add(name)
        return found if self._gives == "spark" else reference

    def define(self, name: str, parameters: dict[str, Any] | None = None) -> None:
        self._both("define", name, parameters)

    def define_as(self, name: str, query: str) -> None:
        self._both("define_as", name, query)

    def attach(self, *arguments: Any) -> None:
        self._both("attach", *arguments)

    def put(self, *arguments: Any) -> None:
        self._both("put", *arguments)

    def drop(self, name: str) -> None:
        self._both("drop", name)

    def write(self, name: str, folder: Path, parameters: dict[str, Any] | None = None) -> list[str]:
        files = self._spark.write(name, folder, parameters)
        assert_same(name, self._duckdb.run(name, parameters), pq.read_table(files))
        self._compared.add(name)
        return files

    def close(self) -> None:
        self._both("close")

    def _both(self, what: str, *arguments: Any) -> None:
        for engine in (self._duckdb, self._spark):
            getattr(engine, what)(*arguments)


def assert_same(name: str, reference: pa.Table, found: pa.Table) -> None:
    """Two answers have the same columns and rows, in the same order where the query promises one."""
    assert found.column_names == reference.column_names, name
    header = " ".join(line for line in query_text(name).splitlines() if line.startswith("--"))
    rows = [[tuple(map(_plain, row.values())) for row in table.to_pylist()] for table in (reference, found)]
    if "order: none" in header:
        rows = [sorted(one, key=repr) for one in rows]
    assert len(rows[0]) == len(rows[1]), name
    for one, other in zip(*rows, strict=True):
        assert all(map(_is_same, one, other)), f"{name}: {one} and {other}"


def _plain(value: Any) -> Any:
    """Whole sums come as decimals from DuckDB, and truth values as numbers from neither."""
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=RELATIVE)
    return type(one) is type(other) and bool(one == other)
