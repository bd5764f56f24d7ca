"""Split a log into blocks of whole records, sequentially and cheaply, for workers to parse.

Every block holds bytes, or for Parquet a range of row groups, and can be pickled. Memory stays within a block and a
record. What could not be kept (a record too large, a stream that ends early) travels as rejects with the next block.

Records are numbered from 1: by line in line files and CSV, by position in arrays, listings and Parquet.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import xxhash

from stillwatch.core.errors import InputError
from stillwatch.logs.containers import Container, CsvShape, Shape, detect
from stillwatch.logs.csv_cutter import CsvCutter
from stillwatch.logs.line_cutter import LineCutter
from stillwatch.logs.list_cutter import ListCutter
from stillwatch.logs.parquet_blocks import RowGroups, is_parquet, row_group_ranges
from stillwatch.logs.pieces import CutLimits, Cutter, Piece
from stillwatch.logs.rejects import RejectLog, Rejects
from stillwatch.logs.streams import PARQUET_MAGIC, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BLOCK_BYTES: Final = 16 << 20
MAX_RECORD_BYTES: Final = 16 << 20
_READ_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    path: Path
    container: Container
    index: int
    """Place of the block in its file, from 0."""
    first_line: int
    """Number of the first record's line, or of the record itself where lines mean nothing; from 1."""
    digest: str
    """xxh3_128 of content, CSV header and rejects; the same content packed otherwise has the same digest."""
    data: bytes = b""
    """Whole lines; empty for Parquet, and where a block only tells of rejects."""
    row_groups: tuple[int, int] | None = None
    """For Parquet, the row groups from the first up to but without the second."""
    csv: CsvShape | None = None
    rejects: Rejects = field(default_factory=Rejects)
    """What had to be left out up to the end of this block."""
    fault: str = ""
    """Why the file is known to be incomplete; said by its last block only."""


def open_blocks(
    path: Path,
    *,
    block_bytes: int = BLOCK_BYTES,
    max_record_bytes: int = MAX_RECORD_BYTES,
    least_columns: int = 2,
    log_name: str = "",
) -> Iterator[Block]:
    """The blocks of one file, in order; CSV needs `least_columns`. Rejects call the log `log_name`, or by its path.

    Raises:
        InputError: This is no log at all.
    """
    log_name = log_name or str(path)
    if _is_parquet(path):
        for index, groups in enumerate(row_group_ranges(path, block_bytes)):
            yield _parquet_block(path, index, groups)
        return
    stream = Stream(path)
    chunks = stream.chunks()
    head = next(chunks, b"")
    if head.startswith(PARQUET_MAGIC):
        raise InputError("Parquet within a compressed stream", where=str(path), mend="unpack the file first")
    shape = detect(head, least_columns=least_columns)
    pieces = _pieces(head, chunks, _cutter(shape, CutLimits(log_name, block_bytes, max_record_bytes)))
    index = -1
    last = Piece(1, b"", Rejects())
    for index, piece in enumerate(pieces):
        yield _block(path, shape, index, piece)
        last = piece
    if stream.fault:
        yield _block(path, shape, index + 1, _fault_piece(stream, log_name, last))


def input_digest(path: Path) -> str:
    """SHA-256 of the file as it lies there, in hexadecimal."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _is_parquet(path: Path) -> bool:
    try:
        return is_parquet(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> InputError:
    mend = "check that the file exists and may be read"
    return InputError(f"cannot be read: {error.strerror}", where=str(path), mend=mend)


def _cutter(shape: Shape, limits: CutLimits) -> Cutter:
    if shape.csv is not None:
        return CsvCutter(limits, shape.csv)
    if shape.container in (Container.JSON_VALUES, Container.JSON_WRAPPED):
        return ListCutter(limits, shape.wrapper)
    return LineCutter(limits)


def _pieces(head: bytes, chunks: Iterator[bytes], cutter: Cutter) -> Iterator[Piece]:
    yield from cutter.feed(head)
    for chunk in chunks:
        yield from cutter.feed(chunk)
    yield from cutter.end()


def _fault_piece(stream: Stream, log_name: str, last: Piece) -> Piece:
    log = RejectLog()
    line = last.first_line + last.data.count(b"\n")
    log.add(stream.fault, path=log_name, line=line, record="")
    return Piece(line, b"", log.rejects(), stream.fault)


def _block(path: Path, shape: Shape, index: int, piece: Piece) -> Block:
    header = "\x1f".join(shape.csv.header).encode("utf-8", "surrogateescape") + b"\x1e" if shape.csv else b""
    digest = xxhash.xxh3_128(header)
    digest.update(piece.data)
    if piece.rejects.total:  # else two files that lose different records would share what one of them said of it
        digest.update(repr((piece.rejects, piece.fault)).encode())
    return Block(
        path=path,
        container=shape.container,
        index=index,
        first_line=piece.first_line,
        digest=digest.hexdigest(),
        data=piece.data,
        csv=shape.csv,
        rejects=piece.rejects,
        fault=piece.fault,
    )


def _parquet_block(path: Path, index: int, groups: RowGroups) -> Block:
    return Block(
        path=path,
        container=Container.PARQUET,
        index=index,
        first_line=groups.first_row,
        digest=groups.digest,
        row_groups=(groups.first, groups.last),
    )
