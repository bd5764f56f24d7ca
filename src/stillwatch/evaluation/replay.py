"""The log as it stood at a moment, for detectors that read whole logs.

A composed log stands in order of time, whatever its format, so what had happened before a moment is its first so many
records. Accounts and ledger stay whole: a provider knows who signed up.
"""

from __future__ import annotations

import gzip
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.evaluation.stand import LogFiles
from stillwatch.logs.files import expand

if TYPE_CHECKING:
    from pathlib import Path

_BATCH = 65_536


def cut_log(folder: Path, until: int, out: Path) -> LogFiles:
    """Write under `out` what a folder of `range compose` held before `until` (nanoseconds since 1970).

    A record's place in the log is that of its row in truth.parquet.
    """
    starts = pq.read_table(folder / "truth.parquet", columns=["started_at"])["started_at"]
    left = int(pc.sum(pc.less(starts, until)).as_py() or 0)
    (out / "log").mkdir(parents=True, exist_ok=True)
    for path in expand((str(folder / "log"),)):
        if left <= 0:
            break
        cut = _cut_table if path.suffix == ".parquet" else _cut_lines
        left -= cut(path, left, out / "log" / path.name.removesuffix(".gz"))
    return LogFiles(out / "log", folder / "accounts.csv", folder / "authorised.toml")


def _cut_lines(path: Path, most: int, out: Path) -> int:
    written = 0
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as source, out.open("wb") as target:
        for line in islice(source, most):
            target.write(line)
            written += 1
    return written


def _cut_table(path: Path, most: int, out: Path) -> int:
    written = 0
    with pq.ParquetFile(path) as source, pq.ParquetWriter(out, source.schema_arrow, compression="zstd") as target:
        for batch in source.iter_batches(_BATCH):
            part = batch.slice(0, most - written)
            target.write_batch(part)
            written += len(part)
            if written == most:
                break
    return written
