"""Cut CSV into pieces of whole records, quotes respected; the header is taken off first.

A quote that is never closed would swallow the rest of the file: once a record is past the limit, its first line is
rejected and reading goes on with the next line, as if that began a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.logs.pieces import EXCERPT_BYTES, TOO_LARGE, CutLimits, Piece
from stillwatch.logs.rejects import RejectLog
from stillwatch.logs.scanners import CSV_STATE, QUOTED, csv_state, scan_csv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.containers import CsvShape

UNCLOSED: Final = "quote never closed"


class CsvCutter:
    def __init__(self, limits: CutLimits, shape: CsvShape) -> None:
        self._limits = limits
        self._marks = (ord(shape.delimiter), ord('"'), ord(shape.escape) if shape.escape else -1)
        self._state = csv_state()
        self._held = b""
        self._scanned = 0
        self._whole = 0
        """Of the bytes held, those that are whole records."""
        self._line = 1
        self._is_before_header = True
        self._skipped = b""
        self._log = RejectLog()

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """The pieces that this chunk completes."""
        rest = self._skip(chunk) if self._skipped else chunk
        self._held += rest
        self._scan()
        while len(self._held) - self._whole > self._limits.max_record_bytes:
            yield from self._cut()
            self._drop_line(UNCLOSED if self._is_quoted else TOO_LARGE, at_end=False)
        if self._whole >= self._limits.block_bytes:
            yield from self._cut()

    def end(self) -> Iterator[Piece]:
        """What is left when the stream has ended."""
        if self._skipped:
            self._reject(TOO_LARGE, self._skipped)
            self._skipped = b""
        if self._is_before_header:
            self._held = b""
        while self._is_quoted and self._held:
            yield from self._cut()
            self._drop_line(UNCLOSED, at_end=True)
        self._whole = len(self._held)
        yield from self._cut()
        rejects = self._log.rejects()
        if rejects.total:
            yield Piece(self._line, b"", rejects)

    @property
    def _is_quoted(self) -> bool:
        return bool(self._state[CSV_STATE] == QUOTED)

    def _scan(self) -> None:
        data = np.frombuffer(self._held, np.uint8)
        if self._is_before_header:
            end, self._scanned = scan_csv(data, self._scanned, self._state, self._marks, True)  # noqa: FBT003 - numba
            if end < 0:
                return
            self._line += self._held.count(b"\n", 0, end)
            self._held, self._scanned, self._is_before_header = self._held[end:], 0, False
            data = np.frombuffer(self._held, np.uint8)
        end, self._scanned = scan_csv(data, self._scanned, self._state, self._marks, False)  # noqa: FBT003 - numba
        self._whole = max(self._whole, end)

    def _cut(self) -> Iterator[Piece]:
        whole = self._held[: self._whole]
        if whole:
            yield Piece(self._line, whole, self._log.rejects())
            self._line, self._log = self._line + whole.count(b"\n"), RejectLog()
        self._held = self._held[self._whole :]
        self._scanned, self._whole = self._scanned - self._whole, 0

    def _drop_line(self, reason: str, *, at_end: bool) -> None:
        end = self._held.find(b"\n") + 1
        self._state = csv_state()
        if end or at_end:
            end = end or len(self._held)
            self._reject(reason, self._held[:EXCERPT_BYTES])
            self._held = self._held[end:]
        else:
            self._skipped, self._held = self._held[:EXCERPT_BYTES], b""
        self._scanned = self._whole = 0
        self._scan()

    def _skip(self, chunk: bytes) -> bytes:
        end = chunk.find(b"\n") + 1
        if not end:
            return b""
        self._reject(TOO_LARGE, self._skipped)
        self._skipped = b""
        return chunk[end:]

    def _reject(self, reason: str, record: bytes) -> None:
        self._log.add(reason, path=self._limits.log_name, line=self._line, record=record)
        self._line += 1
