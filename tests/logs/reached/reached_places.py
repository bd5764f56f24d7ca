"""Logs in file systems that are reached through Spark."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from exchange_log import exchange, write_log

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.store import Store


def write_logs(folder: Path) -> Path:
    """Logs of several kinds, with a bad line, a partition and names that are hard to say in a URL."""
    for number in range(3):
        write_log(folder / f"{number} [a]%20.jsonl", map(exchange, range(number * 50, number * 50 + 50)))
    bad = folder / "1 [a]%20.jsonl"
    bad.write_bytes(bad.read_bytes() + b'{"record_id": \n')
    (folder / "packed.gz").write_bytes(gzip.compress(b"".join(orjson.dumps(exchange(n)) + b"\n" for n in range(9))))
    partition = folder / "day=2026-03-01" / "account_id=eu west"
    partition.mkdir(parents=True)
    rows = [exchange(number) for number in range(300, 360)]
    table = pa.Table.from_pylist(rows).drop_columns("account_id")
    pq.write_table(table, partition / "t.parquet", row_group_size=20)
    (folder / "README.md").write_text("No log.")
    return folder


def url_of(session: Any, scheme: str, folder: Path) -> str:
    """A folder of this machine in a file system of this scheme; `viewfs` is one that Hadoop alone speaks."""
    if scheme == "file":
        return folder.as_uri()
    name = f"t{abs(hash(folder))}"  # what Hadoop has opened once, it keeps
    session.conf.set(f"fs.viewfs.mounttable.{name}.link./logs", folder.as_uri())
    return f"viewfs://{name}/logs"


def rows_of(store: Store) -> dict[str, Any]:
    """All that the store holds but what it calls its logs: its rows to the byte, and what it says of its parts."""
    files = (path for path in sorted(store.root.rglob("*")) if path.is_file() and path.parent.name != "inputs")
    return {str(path.relative_to(store.root)): _unnamed(path) for path in files}


def _unnamed(path: Path) -> Any:
    if path.parent.name != "parts":
        return path.read_bytes()
    told = json.loads(path.read_bytes())
    told["rejects"]["examples"] = {
        reason: [one[1:] for one in found] for reason, found in told["rejects"]["examples"].items()
    }
    return told
