"""Cut JSON arrays, documents and listings into pieces with one record a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.elements import Element, ElementCutter
from stillwatch.logs.pieces import TOO_LARGE, CutLimits, Piece
from stillwatch.logs.rejects import RejectLog

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.containers import Wrapper

NOT_AN_OBJECT: Final = "not an object"
_ENDS_EARLY: Final = "JSON ends early"


class ListCutter:
    def __init__(self, limits: CutLimits, wrapper: Wrapper | None) -> None:
        self._limits = limits
        self._elements = ElementCutter(wrapper, max_record_bytes=limits.max_record_bytes)
        self._first = 1
        self._held: list[bytes] = []
        self._size = 0
        self._log = RejectLog()

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """The pieces that this chunk completes."""
        for element in self._elements.feed(chunk):
            if element.is_too_large:
                yield from self._set_aside(element)
                continue
            self._held.append(element.data)
            self._size += len(element.data) + 1
            if self._size >= self._limits.block_bytes:
                yield self._piece()

    def end(self) -> Iterator[Piece]:
        """What is left when the stream has ended."""
        if self._elements.strays:
            where = self._limits.log_name
            self._log.add(NOT_AN_OBJECT, path=where, line=0, record="", count=self._elements.strays)
        fault = ""
        if self._elements.is_within_record:
            fault = _ENDS_EARLY
            self._reject(fault, self._elements.next_number, self._elements.pending)
        if self._held or fault or self._log.rejects().total:
            yield self._piece(fault)

    def _set_aside(self, element: Element) -> Iterator[Piece]:
        # Records in a piece are numbered in a row, so the piece ends before one that is left out.
        if self._held:
            yield self._piece()
        self._first = element.number + 1
        self._reject(TOO_LARGE, element.number, element.data)

    def _reject(self, reason: str, number: int, record: bytes) -> None:
        self._log.add(reason, path=self._limits.log_name, line=number, record=record)

    def _piece(self, fault: str = "") -> Piece:
        data = b"\n".join(self._held) + b"\n" if self._held else b""
        piece = Piece(self._first, data, self._log.rejects(), fault)
        self._first += len(self._held)
        self._held, self._size, self._log = [], 0, RejectLog()
        return piece
