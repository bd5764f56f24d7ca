"""The bytes of a file in chunks, decompressed on the way: plain, gzip or zstd by content, whatever the name says.

Both compressions may hold several members in a row, as log rotation writes them. A stream that ends early or is
damaged delivers what could be read, then says so in `fault`. Memory stays bounded also for a hostile archive.
"""

from __future__ import annotations

import codecs
import zlib
from typing import TYPE_CHECKING, Any, Final

import zstandard

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GZIP_MAGIC: Final = b"\x1f\x8b"
ZSTD_MAGIC: Final = b"\x28\xb5\x2f\xfd"
PARQUET_MAGIC: Final = b"PAR1"
ENDS_EARLY: Final = "compressed stream ends early"
DAMAGED: Final = "compressed stream is damaged"

_CHUNK_BYTES: Final = 1 << 20
_ZSTD_PIECE_BYTES: Final = 1 << 11  # a block of 4 bytes may unfold to 128 KiB, so a piece to 64 MiB at the very most
_ZSTD_MAX_WINDOW: Final = 1 << 31
_SKIPPABLE: Final = tuple(bytes((low, 0x2A, 0x4D, 0x18)) for low in range(0x50, 0x60))
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_REFUSED: Final = {
    b"PK\x03\x04": "a zip archive",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"SQLite format 3\x00": "an SQLite database",
    b"\x80\x04\x95": "a Python pickle, which is never opened because it may run code",
}


class Stream:
    """The decompressed bytes of one file. Iterate `chunks()` once; afterwards `fault` tells what went wrong, if any."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fault = ""

    def chunks(self) -> Iterator[bytes]:
        """Chunks of about one MiB, without a byte order mark; UTF-16 becomes UTF-8."""
        chunks = _gathered(self._unpacked())
        first = next(chunks, b"")
        if first.startswith(_UTF16):
            yield from _from_utf16(first, chunks)
            return
        if first := first.removeprefix(codecs.BOM_UTF8):
            yield first
        yield from chunks

    def _unpacked(self) -> Iterator[bytes]:
        raw = _raw_chunks(self.path)
        first = next(raw, b"")
        for magic, name in _REFUSED.items():
            if first.startswith(magic):
                raise InputError(f"this is {name}, not a log", where=str(self.path), mend="unpack or export it first")
        if first.startswith(GZIP_MAGIC):
            yield from self._members(first, raw, _GzipMember)
        elif first.startswith((ZSTD_MAGIC, *_SKIPPABLE)):
            yield from self._members(first, raw, _ZstdMember)
        else:
            yield first
            yield from raw

    def _members(self, first: bytes, raw: Iterator[bytes], kind: type[_GzipMember | _ZstdMember]) -> Iterator[bytes]:
        member = kind()
        try:
            for chunk in _chain(first, raw):
                rest = chunk
                while rest:
                    if member.is_finished:
                        rest = rest.lstrip(b"\0")  # tapes and block devices pad with zeros between members
                        member = kind() if rest else member
                    out, rest = member.unpack(rest)
                    yield out
            yield member.last()
        except (zlib.error, zstandard.ZstdError):
            self.fault = DAMAGED
            return
        if not member.is_finished:
            self.fault = ENDS_EARLY


def text_offset(path: Path) -> int | None:
    """Where the text begins in a file that holds it as it is; None where it must be unpacked or decoded first."""
    first = next(_raw_chunks(path), b"")
    if first.startswith((GZIP_MAGIC, ZSTD_MAGIC, *_SKIPPABLE, *_UTF16)):
        return None
    return len(codecs.BOM_UTF8) if first.startswith(codecs.BOM_UTF8) else 0


class _GzipMember:
    def __init__(self) -> None:
        self._inflate = zlib.decompressobj(31)

    @property
    def is_finished(self) -> bool:
        return self._inflate.eof

    def unpack(self, data: bytes) -> tuple[bytes, bytes]:
        """What this piece unpacks to, bounded, and what of it is still to be unpacked."""
        if not data:
            return b"", b""
        out = self._inflate.decompress(data, _CHUNK_BYTES)
        return out, self._inflate.unconsumed_tail or self._inflate.unused_data

    def last(self) -> bytes:
        return self._inflate.flush()


class _ZstdMember:
    def __init__(self) -> None:
        decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_MAX_WINDOW)
        self._inflate: Any = decompressor.decompressobj()  # its stub leaves `eof` out

    @property
    def is_finished(self) -> bool:
        return bool(self._inflate.eof)

    def unpack(self, data: bytes) -> tuple[bytes, bytes]:
        """What this piece unpacks to, bounded, and what of it is still to be unpacked."""
        if not data:
            return b"", b""
        out = self._inflate.decompress(data[:_ZSTD_PIECE_BYTES])
        return out, self._inflate.unused_data + data[_ZSTD_PIECE_BYTES:]

    def last(self) -> bytes:
        return b""


def _raw_chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
    except OSError as error:
        mend = "check that the file exists and may be read"
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), mend=mend) from error


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _gathered(pieces: Iterator[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size >= _CHUNK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if size:
        yield b"".join(held)


def _from_utf16(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    for chunk in _chain(first, rest):
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
