from __future__ import annotations

import io

import pyarrow as pa
import pytest

from stillwatch.logs.databases.arrow_stream import ArrowStream

_TABLE = pa.table({"n": list(range(1000))})


def written(*, batch_rows: int = 100) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, _TABLE.schema) as writer:
        writer.write_table(_TABLE, max_chunksize=batch_rows)
    return sink.getvalue()


def read(content: bytes) -> pa.Table:
    return pa.Table.from_batches(ArrowStream(io.BytesIO(content)).batches(), schema=_TABLE.schema)


def test_a_whole_stream_is_read() -> None:
    assert read(written()) == _TABLE


def test_of_nothing_nothing_is_read() -> None:
    assert list(ArrowStream(io.BytesIO(b"")).batches()) == []


@pytest.mark.parametrize("cut", [8, 16, 400, 900])
def test_a_stream_that_stops_before_its_end_is_no_stream(cut: int) -> None:
    with pytest.raises((ValueError, OSError)):
        read(written()[:-cut])


def test_what_follows_is_kept_since_it_says_why() -> None:
    stream = ArrowStream(io.BytesIO(written()[:-8] + b"\r\n__exception__\r\nCode: 395. DB::Exception: Too much"))
    with pytest.raises(ValueError, match=r"."):
        list(stream.batches())
    assert "DB::Exception: Too much" in stream.last_words()
