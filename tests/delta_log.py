"""A Delta table by hand: commits as its protocol lays them out, over files that hold exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from exchange_log import exchange

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PROTOCOL = {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}}


def metadata(**configuration: str) -> dict[str, Any]:
    return {"metaData": {"id": "1", "format": {"provider": "parquet"}, "configuration": configuration}}


def add(path: str, **more: Any) -> dict[str, Any]:
    return {"add": {"path": path, "partitionValues": {}, "size": 1, "dataChange": True} | more}


def remove(path: str, **more: Any) -> dict[str, Any]:
    return {"remove": {"path": path, "dataChange": True} | more}


def commit(table: Path, version: int, *actions: dict[str, Any]) -> None:
    log = table / "_delta_log"
    log.mkdir(parents=True, exist_ok=True)
    (log / f"{version:020}.json").write_bytes(b"\n".join(map(orjson.dumps, actions)))


def data_file(table: Path, name: str, numbers: Iterable[int]) -> str:
    path = table / name
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(map(exchange, numbers))), path)
    return name
