"""Composed exchanges in LiteLLM's StandardLoggingPayload: JSON Lines, or Parquet with nested values in JSON text."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evaluation.payload import Payload

_NULL: Final = "null"
_NESTED: Final = frozenset(
    {"metadata", "messages", "response", "error_information", "model_parameters", "hidden_params", "request_tags"}
)


def to_lines(payload: Payload) -> pa.Array:
    """One JSON object a row, without the line ends."""
    pieces: list[Any] = []
    opened = "{"
    for name, column in payload.columns.items():
        if isinstance(column, pa.Scalar):
            opened += f'"{name}":{_constant(column, is_nested=name in _NESTED)},'
        else:
            pieces += [pa.scalar(f'{opened}"{name}":'), _values(column, is_nested=name in _NESTED)]
            opened = ","
    return pc.binary_join_element_wise(*pieces, opened.removesuffix(",") + "}\n", "")


def _constant(value: pa.Scalar, *, is_nested: bool) -> str:
    if is_nested and value.is_valid:
        return str(value.as_py())
    return orjson.dumps(value.as_py()).decode()


def _values(column: pa.Array, *, is_nested: bool) -> pa.Array:
    if is_nested:
        return pc.fill_null(column, _NULL)
    if not pa.types.is_string(column.type):
        return pc.cast(column, pa.string())
    return pc.fill_null(pc.binary_join_element_wise('"', column, '"', ""), _NULL)


class JsonlFiles:
    """Lines dealt to numbered files by count, the last of them compressed where asked."""

    def __init__(self, folder: Path, *, exchanges: int, files: int, compress_last: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._files, self._compress_last = folder, files, compress_last
        self._share = max(-(-exchanges // files), 1)
        self._written = 0
        self._open: BinaryIO | None = None
        self.paths: list[Path] = []

    def write(self, payload: Payload) -> None:
        lines = to_lines(payload)
        begin = 0
        while begin < len(lines):
            if self._open is None:
                self._open = self._next()
            room = self._share - self._written % self._share
            part = lines.slice(begin, room)
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
        last = self._compress_last and len(self.paths) == self._files - 1
        path = self._folder / f"litellm-{len(self.paths) + 1:03}.jsonl{'.gz' if last else ''}"
        self.paths.append(path)
        if not last:
            return path.open("wb")
        return gzip.GzipFile(filename="", fileobj=path.open("wb"), mode="wb", mtime=0)  # type: ignore[return-value]  # a binary file


class ParquetFile:
    """The same records as one Parquet file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.paths = [folder / "litellm.parquet"]
        self._writer: pq.ParquetWriter | None = None

    def write(self, payload: Payload) -> None:
        count = len(payload.call_id)
        arrays = {
            name: pa.repeat(column, count) if isinstance(column, pa.Scalar) else column
            for name, column in payload.columns.items()
        }
        batch = pa.table(arrays)
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self.paths[0], batch.schema, compression="zstd", compression_level=1,
                use_dictionary=["model", "model_group", "user_agent", "call_type", "status", "model_parameters"],
            )  # fmt: skip
        self._writer.write_table(batch)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _characters(part: pa.Array) -> pa.Buffer:
    offsets = np.frombuffer(part.buffers()[1], np.int32)[part.offset : part.offset + len(part) + 1]
    return part.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0]))
