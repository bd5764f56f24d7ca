r"""Cut a streamed reply into its events, however the bytes arrive: server-sent events, or a JSON text on each line.

>>> frames = Frames(Framing.EVENTS)
>>> frames.feed(b'data: {"a": 1}\n'), frames.feed(b"\nda")
([], [b'data: {"a": 1}\n\n'])
>>> data_of(b'event: ping\ndata: {"a":\ndata: 1}\n\n')
b'{"a":\n1}'
>>> with_data(b'event: ping\ndata: {"a": 1}\n\n', b"{}")
b'event: ping\ndata: {}\n\n'

Frames put together are the stream again, byte for byte. A line of server-sent events ends with LF, CR LF or CR (WHATWG
HTML, § 9.2.6); a CR at the very end of what has arrived waits for the next byte, which may belong to it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_LONGEST_FRAME_BYTES: Final = 2**24
_EVENT_END: Final = re.compile(rb"(?>\r\n|\n|\r)(?>\r\n|\n|\r)")
_LONGEST_END: Final = 4
_DATA: Final = b"data:"
_RETURN: Final = 0x0D
_FIELDS: Final = (_DATA, b"event:", b"id:", b"retry:", b":")
_BARE: Final = (b"data", b"event", b"id", b"retry")
_MARK: Final = b"\xef\xbb\xbf"
"""A byte order mark may open the stream."""


class Framing(StrEnum):
    """How a streamed reply is cut. `events`: server-sent events. `lines`: a JSON text on each line, as Ollama does."""

    EVENTS = "events"
    LINES = "lines"


class Frames:
    """Bytes in, whole frames out.

    Args:
        framing: How the stream is cut.
        longest_bytes: Beyond this a frame is given up: its bytes are forgotten up to its end, and `lost` counts it.
    """

    def __init__(self, framing: Framing, longest_bytes: int = _LONGEST_FRAME_BYTES) -> None:
        self._end = b"\n\n" if framing is Framing.EVENTS else b"\n"
        self._has_returns = False
        """Whether a CR was seen, so that an event may end in other ways than the usual."""
        self._longest_bytes = longest_bytes
        self._rest = bytearray()
        self._is_losing = False
        self.lost = 0

    def feed(self, data: bytes) -> list[bytes]:
        rest = self._rest
        searched = max(0, len(rest) - _LONGEST_END)
        rest += data
        self._has_returns = self._has_returns or (len(self._end) == 2 and b"\r" in data)
        frames: list[bytes] = []
        start = 0
        while (end := self._end_of(max(start, searched))) > 0:
            if self._is_losing:
                self._is_losing = False
            else:
                frames.append(bytes(rest[start:end]))
            start = end
        del rest[:start]
        if len(rest) > self._longest_bytes:
            self.lost += not self._is_losing
            self._is_losing = True
            del rest[:-_LONGEST_END]
        return frames

    def _end_of(self, start: int) -> int:
        """Where the first frame that ends behind `start` does; 0 = none does yet."""
        if not self._has_returns:
            found = self._rest.find(self._end, start)
            return 0 if found < 0 else found + len(self._end)
        end = _EVENT_END.search(self._rest, start)
        is_sure = end is not None and not (end.end() == len(self._rest) and self._rest[-1] == _RETURN)
        return end.end() if end is not None and is_sure else 0

    def close(self) -> bytes:
        """What has arrived of a frame that never ended."""
        rest = b"" if self._is_losing else bytes(self._rest)
        self._rest.clear()
        return rest


def data_of(frame: bytes) -> bytes:
    """The data of a server-sent event, its lines joined; empty where it has none, such as a comment."""
    if frame.startswith(b"data: ") and frame.find(b"\n") == len(frame) - 2 and b"\r" not in frame:  # the usual event
        return frame[6:-2]
    lines = [line[len(_DATA) :] for line in frame.removeprefix(_MARK).splitlines() if line.startswith(_DATA)]
    return b"\n".join(line.removeprefix(b" ") for line in lines)


def is_event(frame: bytes) -> bool:
    """Whether each of its lines is one that a server-sent event may have; clients ignore others, or stumble."""
    lines = frame.removeprefix(_MARK).splitlines()
    return all(not line or line.startswith(_FIELDS) or line in _BARE for line in lines)


def with_data(frame: bytes, data: bytes) -> bytes:
    """The same event with other data, in one line where the first line of its data was."""
    written: list[bytes] = []
    is_written = False
    for line in frame.removeprefix(_MARK).splitlines(keepends=True):
        if not line.startswith(_DATA):
            written.append(line)
        elif not is_written:
            written.append(b"data: " + data + line[len(line.rstrip(b"\r\n")) :])
            is_written = True
    return b"".join(written)


def event(name: str, data: bytes) -> bytes:
    """A server-sent event; without a name where that is empty."""
    return (b"event: " + name.encode() + b"\n" if name else b"") + b"data: " + data + b"\n\n"
