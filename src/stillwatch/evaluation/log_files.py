"""Where a composed log is written: lines dealt to numbered files, or tables to one Parquet file."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa

    from stillwatch.evaluation.payload import Payload


class LineFiles:
    """Lines dealt to numbered files by count, the last of them compressed where asked."""

    def __init__(self, stem: Path, to_lines: Callable[[Payload], pa.Array], *, share: int, compressed: int = 0) -> None:
        """`share` lines go into a file; the file of number `compressed` (from 1) is compressed."""
        stem.parent.mkdir(parents=True, exist_ok=True)
        self._stem, self._to_lines, self._share, self._compressed = stem, to_lines, max(share, 1), compressed
        self._written = 0
        self._open: BinaryIO | None = None
        self.paths: list[Path] = []

    def write(self, payload: Payload) -> None:
        lines = self._to_lines(payload)
        begin = 0
        while begin < len(lines):
            if self._open is None:
                self._open = self._next()
            part = lines.slice(begin, self._share - self._written % self._share)
            self._open.write(memoryview(_characters(part)))
            begin += len(part)
            self._written += len(part)
            if self._written % self._share == 0:
                self.close()

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _next(self) -> BinaryIO:
        number = len(self.paths) + 1
        is_compressed = number == self._compressed
        path = self._stem.with_name(f"{self._stem.name}-{number:03}.jsonl{'.gz' if is_compressed else ''}")
        self.paths.append(path)
        if not is_compressed:
            return path.open("wb")
        return gzip.GzipFile(filename="", fileobj=path.open("wb"), mode="wb", mtime=0)  # type: ignore[return-value]  # a binary file


class TableFile:
    """Tables, one after another, in one Parquet file."""

    def __init__(self, path: Path, to_table: Callable[[Payload], pa.Table]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.paths = [path]
        self._to_table = to_table
        self._writer: pq.ParquetWriter | None = None

    def write(self, payload: Payload) -> None:
        table = self._to_table(payload)
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.paths[0], table.schema, compression="zstd", compression_level=1)
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _characters(part: pa.Array) -> pa.Buffer:
    offsets = np.frombuffer(part.buffers()[1], np.int32)[part.offset : part.offset + len(part) + 1]
    return part.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0]))
