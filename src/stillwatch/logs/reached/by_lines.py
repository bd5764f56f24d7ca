"""A large log brought to an executor line by line, so that no more of it than a batch of lines is in memory.

Spark's text source splits a log and gives the bytes between line feeds as they are, whatever they are (Parquet too);
only what Hadoop takes for compressed by its name it unpacks. It leaves out a byte order mark, and does not say whether
a line feed ends the last line: the size of the log tells both. Splits may come in any order, and say where they begin.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import groupby
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from stillwatch.core.errors import InputError
from stillwatch.logs.reached.fetched import fetched
from stillwatch.logs.reached.list_files import address_of
from stillwatch.logs.spark_waves import ANSWER_COLUMNS, answered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pyarrow as pa
    from pyspark.sql import DataFrame, SparkSession

    from stillwatch.logs.log_file import LogFile

_PACKED: Final = frozenset((".gz", ".gzip", ".bz2", ".zst", ".deflate", ".snappy", ".lz4", ".lzo", ".xz"))
_MARK: Final = b"\xef\xbb\xbf"
_CHUNK_BYTES: Final = 1 << 20


def has_lines(log: LogFile) -> bool:
    """Whether Spark would give the bytes of the log as they are, by its name."""
    return PurePosixPath(log.name).suffix.lower() not in _PACKED


def asked_by_lines(
    session: SparkSession, work: Callable[[Path, Any], Any], log: LogFile, numbered: tuple[int, Any]
) -> DataFrame:
    """The frame that answers one task of a wave, by its number, as `SparkWaves` wants it."""
    reader = session.read.format("text").option("lineSep", "\n").option("recursiveFileLookup", "true")
    lines = reader.load([address_of(log.name)])
    told = lines.selectExpr("CAST(value AS BINARY) AS line", "_metadata.file_block_start AS split_start")
    return told.coalesce(1).mapInArrow(partial(_answer, work, log, numbered), ANSWER_COLUMNS)


def _answer(
    work: Callable[[Path, Any], Any], log: LogFile, numbered: tuple[int, Any], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    number, task = numbered
    yield answered(number, partial(_worked, work, log, batches), task)


def _worked(work: Callable[[Path, Any], Any], log: LogFile, batches: Iterable[pa.RecordBatch], task: Any) -> Any:
    with gathered(batches, log) as pieces, fetched(log.name, pieces) as path:
        return work(path, task)


@contextmanager
def gathered(batches: Iterable[pa.RecordBatch], log: LogFile) -> Iterator[Iterator[bytes]]:
    """The bytes of a log out of batches of `line` and `split_start`.

    Raises:
        InputError: They are not as many as the log has.
    """
    with TemporaryDirectory(prefix="stillwatch-") as folder:
        splits = dict[int, BinaryIO]()
        size = 0
        for batch in batches:
            for start, some in groupby(zip(*(column.to_pylist() for column in batch.columns), strict=True), _start):
                if start not in splits:
                    splits[start] = Path(folder, str(start)).open("w+b")  # noqa: SIM115  # closed below
                size += splits[start].write(b"".join(line + b"\n" for line, _ in some))
        try:
            yield _whole([splits[start] for start in sorted(splits)], size, log)
        finally:
            for file in splits.values():
                file.close()


def _start(row: tuple[bytes, int]) -> int:
    return row[1]


def _whole(splits: list[BinaryIO], size: int, log: LogFile) -> Iterator[bytes]:
    """The splits one after the other, with the mark and without the line feed that the log's size tells of."""
    has_mark = size < log.size_bytes
    size += len(_MARK) * has_mark
    if size - log.size_bytes not in (0, 1):
        mend = "scan it again when nothing writes to it any more"
        raise InputError("the log changed while it was read", where=log.name, mend=mend)
    left = log.size_bytes
    if has_mark:
        left -= len(_MARK)
        yield _MARK
    for file in splits:
        file.seek(0)
        while chunk := file.read(min(_CHUNK_BYTES, left)):
            left -= len(chunk)
            yield chunk
