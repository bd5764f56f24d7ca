"""What was hashed already, kept while a long hashing is under way, so that one that was killed goes on where it was.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.service.evidence.list_files import FileState
>>> state = FileState(3, 1, 1, 7, 1)
>>> with TemporaryDirectory() as folder:
...     kept = HashingState(Path(folder) / "hashing")
...     kept.keep(Part("a.bin"), state, {"sha256": "ab"})
...     again = HashingState(Path(folder) / "hashing")
...     again.known(Part("a.bin"), state), again.known(Part("a.bin"), state._replace(mtime_ns=2))
({'sha256': 'ab'}, {})

A digest is taken up again only for a file of the same path, size, times, inode and device. Each line bears its own
checksum: one that was cut short by a crash counts for nothing. The file is for its owner alone and is removed when the
hashing is done.
"""

from __future__ import annotations

import os
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING

import orjson

from stillwatch.evidence.file_manifest import Part

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.service.evidence.list_files import FileState


class HashingState:
    """Kept in one file, a line for each part; several threads of one process may keep."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[tuple[Part, tuple[int, ...]], dict[str, str]] = dict(_read(path))
        self._descriptor = _opened(path)
        self._write(b"\n")

    def known(self, part: Part, state: FileState) -> dict[str, str]:
        """Algorithm → digest of a part, as far as it was hashed when the file was in this state."""
        return self._known.get((part, tuple(state)), {})

    def keep(self, part: Part, state: FileState, digests: dict[str, str]) -> None:
        self._known[part, tuple(state)] = digests
        line = orjson.dumps([*part, [*state], digests])
        self._write(b"%08x %b\n" % (zlib.crc32(line), line))

    def done(self) -> None:
        """Forget: what was hashed stands where it belongs."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._path.unlink(missing_ok=True)

    def _write(self, line: bytes) -> None:
        """In one call, so that lines of two threads stay whole; a full disk costs only the memory of what was done."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.write(self._descriptor, line)


def _opened(path: Path) -> int | None:
    """None where nothing can be written, such as on a disk that was mounted to be read only: nothing is kept there."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError:
        return None


def _read(path: Path) -> Iterator[tuple[tuple[Part, tuple[int, ...]], dict[str, str]]]:
    with suppress(FileNotFoundError):
        for line in path.read_bytes().split(b"\n"):
            checksum, _, content = line.partition(b" ")
            if content and checksum == b"%08x" % zlib.crc32(content):
                name, start, end, state, digests = orjson.loads(content)
                yield (Part(name, start, end), tuple(state)), digests
