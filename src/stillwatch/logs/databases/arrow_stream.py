"""An Arrow stream that comes over the network, of which it must be known whether it came to its end.

Arrow's reader takes a stream that stops between two batches for a whole one. So the mark that closes a stream is
looked for, and what came last is kept, since a server that fails half-way writes its reason there.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed import SupportsRead

_END: Final = b"\xff\xff\xff\xff\x00\x00\x00\x00"
_KEPT_BYTES: Final = 1 << 14


class ArrowStream(io.RawIOBase):
    """Reads from what is given, and remembers the last of it."""

    def __init__(self, stream: SupportsRead[bytes]) -> None:
        super().__init__()
        self._stream = stream
        self._tail = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        try:
            got = self._stream.read(size)
        except Exception as error:
            self._keep(getattr(error, "partial", b""))
            raise
        self._keep(got)
        return got

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The record batches; a stream of no byte has none.

        Raises:
            ValueError: It is no Arrow stream, or not all of one.
            OSError, HTTPException: The network failed.
        """
        try:
            reader: Any = pa.ipc.open_stream(pa.PythonFile(self, "r"))
            yield from reader
        except pa.ArrowInvalid:
            if not self._tail:
                return
            self.read()  # what follows may say why
            raise
        is_closed = self._tail.endswith(_END)
        if self.read() or not is_closed:
            raise ValueError("the Arrow stream was not closed")

    def last_words(self) -> str:
        """The last that came, as text."""
        return self._tail.decode("utf-8", "replace")

    def _keep(self, got: bytes) -> None:
        self._tail = got[-_KEPT_BYTES:] if len(got) >= _KEPT_BYTES else (self._tail + got)[-_KEPT_BYTES:]
