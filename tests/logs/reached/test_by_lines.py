"""The bytes of a log come together out of its lines."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest
from local_spark import find_pyspark, local_spark, why_missing
from reached_places import url_of

from stillwatch.core.errors import InputError
from stillwatch.logs.log_file import LogFile

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(why_missing()), reason=why_missing() or "all is there")]
_CASES = {
    "a.jsonl": b"one\ntwo\r\n\n\nthree\n",
    "b.jsonl": b"one\ntwo",
    "mark.jsonl": b"\xef\xbb\xbfone\n",
    "mark alone.csv": b"\xef\xbb\xbf",
    "two marks.csv": b"\xef\xbb\xbf\xef\xbb\xbfa",
    "feed": b"\n",
    "no end [1]": random.Random(7).randbytes(300_000),
    "x.parquet": random.Random(8).randbytes(300_000) + b"\r",
}


@pytest.mark.parametrize("name", _CASES)
def test_lines_in_any_order_of_splits(name: str) -> None:
    find_pyspark()
    from stillwatch.logs.reached.by_lines import gathered

    data = _CASES[name]
    lines = data.removeprefix(b"\xef\xbb\xbf").removesuffix(b"\n").split(b"\n") if data != b"\xef\xbb\xbf" else []
    cut = len(lines) // 2
    batches = [
        pa.record_batch({"line": pa.array(some, pa.binary()), "split_start": pa.array([start] * len(some), pa.int64())})
        for start, some in ((99, lines[cut:]), (0, lines[:cut]))
    ]
    with gathered(batches, LogFile(name, len(data), None)) as pieces:
        assert b"".join(pieces) == data
    with (
        pytest.raises(InputError, match="changed while it was read"),
        gathered(batches, LogFile(name, len(data) + 9, None)) as pieces,
    ):
        list(pieces)


def test_spark_gives_each_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with local_spark() as session:
        from stillwatch.logs.reached.list_files import list_files
        from stillwatch.logs.reached.spark_fetch import SparkFetch

        monkeypatch.setattr("stillwatch.logs.reached.spark_fetch._WHOLE_BYTES", 5)
        session.conf.set("spark.sql.files.maxPartitionBytes", "100000")
        for name, data in _CASES.items():
            (tmp_path / name).write_bytes(data)
        logs = list_files(session, url_of(session, "viewfs", tmp_path))
        answers = SparkFetch(session)(
            lambda path, task: (task, path.read_bytes()), [(log, log.name) for log in logs], "r"
        )
        assert {name.rpartition("/")[2]: data for name, data in answers} == _CASES


def test_what_spark_would_unpack_is_not_read_so() -> None:
    find_pyspark()
    from stillwatch.logs.reached.by_lines import has_lines

    names = ("s3a://b/a.jsonl", "s3a://b/a", "s3a://b/a.jsonl.gz", "s3a://b/a.ZST")
    assert [has_lines(LogFile(name, 1, None)) for name in names] == [True, True, False, False]
