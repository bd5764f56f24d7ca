"""Cut the records out of JSON of any size and layout, in a stream: arrays, documents in a row, wrapped lists.

>>> cutter = ElementCutter()
>>> [element.data for chunk in (b'[{"a": 1}, {"b"', b": [2]}]") for element in cutter.feed(chunk)]
[b'{"a": 1}', b'{"b": [2]}']
>>> cutter.is_within_record
False

A record is cut by its brackets alone and parsed by nobody here. Each is put on one line: a line break cannot stand
within a JSON string, so a space means the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.logs.containers import Wrapper, key_before
from stillwatch.logs.scanners import CLOSED, END, LEFT, OPENED, STRAYS, json_state, scan_json

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY_REACH: Final = 256
_EXCERPT_BYTES: Final = 200
_ONE_LINE: Final = bytes.maketrans(b"\r\n", b"  ")


class Element(NamedTuple):
    number: int
    """Which record of the file, from 1."""
    data: bytes
    """The record on one line; of a record that is too large, its beginning."""
    is_too_large: bool


class ElementCutter:
    """Feed it the chunks of a file in order; it gives the records that each completes."""

    def __init__(self, wrapper: Wrapper | None = None, *, max_record_bytes: int = 1 << 24) -> None:
        self._wrapper = wrapper
        self._max_bytes = max_record_bytes
        self._state = json_state()
        self._outside = 0 if wrapper is None else wrapper.depth
        self._is_inside = False
        self._is_open = False
        self._pieces: list[bytes] = []
        self._size = 0
        self._count = 0
        self._before = b""

    @property
    def strays(self) -> int:
        """Values that are no objects, where records should stand."""
        return int(self._state[STRAYS]) if self._wrapper is None else 0

    @property
    def is_within_record(self) -> bool:
        """Whether the stream so far ends within a record or its list."""
        return self._is_open or self._is_inside

    @property
    def next_number(self) -> int:
        return self._count + 1

    @property
    def pending(self) -> bytes:
        """The beginning of the record that is not complete yet."""
        return b"".join(self._pieces)[:_EXCERPT_BYTES]

    def feed(self, chunk: bytes) -> Iterator[Element]:
        """The records that end within this chunk."""
        data = np.frombuffer(chunk, np.uint8)
        position = start = 0
        while True:
            event, place = scan_json(data, position, self._state, self._outside + self._is_inside)
            if event == END:
                break
            position = place + (event == OPENED)
            if event == OPENED:
                start = self._open(chunk, place, start)
            elif event == LEFT:
                self._is_inside = False
            elif event == CLOSED and self._is_open:
                self._keep(chunk[start:place])
                yield self._close()
        if self._is_open:
            self._keep(chunk[start:])
        self._before = (self._before + chunk[-_KEY_REACH:])[-_KEY_REACH:]

    def _open(self, chunk: bytes, place: int, start: int) -> int:
        if not self._is_inside and self._is_list(chunk, place):
            self._is_inside = True
            return start
        self._is_open = self._is_inside or self._wrapper is None
        return place

    def _is_list(self, chunk: bytes, place: int) -> bool:
        if chunk[place] != ord("["):
            return False
        if self._wrapper is None:
            return True
        return key_before(self._before + chunk[max(0, place - _KEY_REACH) : place]) == self._wrapper.key

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size <= self._max_bytes:
            self._pieces.append(piece)
        else:
            self._pieces = [b"".join(self._pieces)[:_EXCERPT_BYTES] or piece[:_EXCERPT_BYTES]]

    def _close(self) -> Element:
        self._count += 1
        data = b"".join(self._pieces).translate(_ONE_LINE)
        is_too_large = self._size > self._max_bytes
        if self._wrapper is not None and not is_too_large:
            data = self._wrapper.before + data + self._wrapper.after
        self._pieces, self._size, self._is_open = [], 0, False
        return Element(self._count, data, is_too_large)
