"""Cut a stream into pieces of whole lines; a line past the limit is skipped while streaming, and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.logs.pieces import EXCERPT_BYTES, TOO_LARGE, CutLimits, Piece
from stillwatch.logs.rejects import RejectLog

if TYPE_CHECKING:
    from collections.abc import Iterator


class LineCutter:
    def __init__(self, limits: CutLimits) -> None:
        self._limits = limits
        self._held: list[bytes] = []
        self._size = 0
        self._tail = 0
        """Of the bytes held, those after the last line break."""
        self._line = 1
        self._skipped = b""
        """The beginning of the line that is being skipped."""
        self._log = RejectLog()

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """The pieces that this chunk completes."""
        rest = self._skip(chunk) if self._skipped else chunk
        if not rest:
            return
        self._hold(rest)
        is_too_long = self._tail > self._limits.max_record_bytes
        if self._size >= self._limits.block_bytes or is_too_long:
            yield from self._cut(is_too_long=is_too_long)

    def end(self) -> Iterator[Piece]:
        """What is left when the stream has ended."""
        if self._skipped:
            self._reject_skipped()
        rejects = self._log.rejects()
        if self._size or rejects.total:
            yield Piece(self._line, b"".join(self._held), rejects)

    def _hold(self, rest: bytes) -> None:
        last_break = rest.rfind(b"\n")
        self._tail = self._tail + len(rest) if last_break < 0 else len(rest) - last_break - 1
        self._held.append(rest)
        self._size += len(rest)

    def _cut(self, *, is_too_long: bool) -> Iterator[Piece]:
        joined = b"".join(self._held)
        whole, rest = joined[: self._size - self._tail], joined[self._size - self._tail :]
        if whole:
            yield Piece(self._line, whole, self._log.rejects())
            self._line, self._log = self._line + whole.count(b"\n"), RejectLog()
        if is_too_long:
            self._skipped, rest = rest[:EXCERPT_BYTES], b""
        self._held, self._size, self._tail = [rest], len(rest), len(rest)

    def _skip(self, chunk: bytes) -> bytes:
        end = chunk.find(b"\n") + 1
        if not end:
            return b""
        self._reject_skipped()
        return chunk[end:]

    def _reject_skipped(self) -> None:
        self._log.add(TOO_LARGE, path=self._limits.log_name, line=self._line, record=self._skipped)
        self._skipped, self._line = b"", self._line + 1
