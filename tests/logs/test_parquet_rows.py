"""Parquet rows as plain records."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.limits import Limits
from stillwatch.logs.parquet_rows import column_names, parquet_batches, plain_rows
from stillwatch.logs.rejects import RejectLog

if TYPE_CHECKING:
    from pathlib import Path

MOMENT = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
NANOSECONDS = 1_772_355_600_000_000_000


def test_times_at_any_depth_become_nanoseconds() -> None:
    micros, nanos = pa.timestamp("us", "UTC"), pa.timestamp("ns")
    batch = pa.record_batch(
        {
            "at": pa.array([MOMENT], micros),
            "exact": pa.array([NANOSECONDS + 1], nanos),
            "nested": pa.array([[{"at": MOMENT}]], pa.list_(pa.struct([("at", micros)]))),
            "raw": pa.array([b"text"], pa.binary()),
        }
    )
    expected = {"at": NANOSECONDS, "exact": NANOSECONDS + 1, "nested": [{"at": NANOSECONDS}], "raw": "text"}
    assert list(plain_rows(batch)) == [(0, expected)]


def test_a_row_that_is_no_unicode_costs_itself() -> None:
    raw = pa.array([b"fine", b"\xff\xfe"], pa.binary())
    text = pa.Array.from_buffers(pa.string(), 2, raw.buffers())
    assert list(plain_rows(pa.record_batch({"text": text}))) == [(0, {"text": "fine"}), (1, None)]


def test_damaged_pages_are_counted_by_row(tmp_path: Path) -> None:
    path = tmp_path / "log"
    pq.write_table(pa.table({"text": [f"{number:0>200}" for number in range(1000)]}), path, compression="zstd")
    content = bytearray(path.read_bytes())
    content[100:600] = bytes(500)
    path.write_bytes(content)
    log = RejectLog()
    given = sum(batch.num_rows for block in open_blocks(path) for batch in parquet_batches(block, Limits(), log))
    assert given + log.rejects().total == 1000
    assert log.rejects().total > 0


def test_folders_name_columns_that_the_file_does_not_have(tmp_path: Path) -> None:
    digests = set()
    for region in ("eu", "us"):
        path = tmp_path / "day=1" / f"region={region}" / "part.parquet"
        path.parent.mkdir(parents=True)
        pq.write_table(pa.table({"text": ["a"], "day": [7]}), path)
        [block] = open_blocks(path)
        digests.add(block.digest)
        assert column_names(block) == ["text", "day", "region"]
        [whole] = parquet_batches(block, Limits(), RejectLog())
        assert whole.to_pylist() == [{"text": "a", "day": 7, "region": region}]
        [some] = parquet_batches(block, Limits(), RejectLog(), ["text", "region"])
        assert some.to_pylist() == [{"text": "a", "region": region}]
    assert len(digests) == 2  # the same bytes elsewhere are other rows
