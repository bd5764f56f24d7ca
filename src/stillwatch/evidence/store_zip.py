"""A zip archive that can be written in one way only: stored, names sorted, times fixed, nothing beside the files.

>>> data = b"".join(zip_pieces({"b/c.txt": b"two", "a.txt": b"one"}))
>>> {name: bytes(held) for name, held in read_zip(memoryview(data)).items()}
{'a.txt': b'one', 'b/c.txt': b'two'}
>>> read_zip(memoryview(data + b"!"))
Traceback (most recent call last):
    ...
stillwatch.core.errors.VerificationError: no end of an archive where it must be (ask for the package again)

What is read is compared with what would be written for the same files, byte by byte. So two programs cannot see
different files in one archive (two directories, names that are written twice, a header that contradicts another one),
nothing hides between the files, and a bit that was flipped anywhere is found. Any program that reads zip reads these.
APPNOTE.TXT 6.3.3 of PKWARE, §4.3; without its extension for more than 4 GiB.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, VerificationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Piece = bytes | memoryview

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_VERSION: Final = 20
_MADE_BY: Final = 3 << 8 | _VERSION  # Unix, so that whoever unpacks it gets files that can be read
_READABLE: Final = 0o100644 << 16
_DATE: Final = 0x21  # 1980-01-01, the first that there is
_MOST_BYTES: Final = (1 << 32) - 2
_MOST_FILES: Final = (1 << 16) - 2
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+-]*(/[A-Za-z0-9_][A-Za-z0-9._+-]*)*")
_LONGEST_NAME: Final = 255
_MEND: Final = "ask for the package again"


class _Entry(NamedTuple):
    name: bytes
    crc: int
    size: int
    start: int
    """Of its local header."""

    @property
    def local(self) -> bytes:
        numbers = (_VERSION, 0, 0, 0, _DATE, self.crc, self.size, self.size, len(self.name), 0)
        return _LOCAL.pack(b"PK\3\4", *numbers) + self.name

    @property
    def central(self) -> bytes:
        numbers = (_MADE_BY, _VERSION, 0, 0, 0, _DATE, self.crc, self.size, self.size, len(self.name))
        return _CENTRAL.pack(b"PK\1\2", *numbers, 0, 0, 0, 0, _READABLE, self.start) + self.name


def is_plain_name(name: str) -> bool:
    """Whether a name leads to a file below the folder that it is unpacked in, on any system, and to no hidden one."""
    return len(name) <= _LONGEST_NAME and _NAME.fullmatch(name) is not None


def zip_pieces(files: Mapping[str, Piece]) -> Iterator[Piece]:
    """The archive, piece by piece: what is held elsewhere (a map of a file) is never copied.

    Raises:
        InputError: A name is not plain, two differ by case alone, or all together are 4 GiB or more.
    """
    _check_names(files)
    if len(files) > _MOST_FILES or sum(len(held) + 256 for held in files.values()) > _MOST_BYTES:
        raise InputError("too large for one package", mend="hand over fewer batches in each")
    start = 0
    entries = []
    for name in sorted(files):
        held = files[name]
        entry = _Entry(name.encode(), zlib.crc32(held), len(held), start)
        entries.append(entry)
        local = entry.local
        yield local
        yield held
        start += len(local) + len(held)
    yield _directory(entries, start)


def read_zip(data: memoryview) -> dict[str, memoryview]:
    """The files of an archive, without copying them.

    Raises:
        VerificationError: It is not what `zip_pieces` writes for those files.
    """
    at = len(data) - _END.size
    if at < 0 or bytes(data[at : at + 4]) != b"PK\5\6":
        raise VerificationError("no end of an archive where it must be", mend=_MEND)
    *_, start, _ = _END.unpack(data[at:])
    entries: list[_Entry] = []
    files: dict[str, memoryview] = {}
    place, reached = start, 0
    while place < at:
        entry = _entry(data[place:at], reached)
        local = entry.local
        begins = reached + len(local)
        held = data[begins : begins + entry.size]
        if data[reached:begins] != local or begins + entry.size > start or zlib.crc32(held) != entry.crc:
            raise VerificationError("a file is not what the archive's directory says", mend=_MEND)
        entries.append(entry)
        files[entry.name.decode("ascii", "replace")] = held
        place, reached = place + _CENTRAL.size + len(entry.name), begins + entry.size
    if reached != start or data[start:] != _directory(entries, start):
        raise VerificationError("the archive is not written as a package is", mend=_MEND)
    names = [entry.name.decode("ascii", "replace") for entry in entries]
    try:
        _check_names(names)
    except InputError as error:
        raise VerificationError(error.what, mend=_MEND) from error
    if names != sorted(set(names)):
        raise VerificationError("names that are not sorted, or written twice", mend=_MEND)
    return files


def _entry(directory: memoryview, start: int) -> _Entry:
    if len(directory) < _CENTRAL.size:
        raise VerificationError("the archive's directory is cut short", mend=_MEND)
    fields = _CENTRAL.unpack(directory[: _CENTRAL.size])
    crc, size, _, length = fields[7:11]
    return _Entry(bytes(directory[_CENTRAL.size : _CENTRAL.size + length]), crc, size, start)


def _directory(entries: list[_Entry], start: int) -> bytes:
    listed = b"".join(entry.central for entry in entries)
    count = len(entries)
    return listed + _END.pack(b"PK\5\6", 0, 0, count, count, len(listed), start, 0)


def _check_names(names: Mapping[str, Piece] | list[str]) -> None:
    for name in names:
        if not is_plain_name(name):
            raise InputError(f"{name[:60]!r} is no name that a file of a package may have", mend="rename it")
    if len({name.lower() for name in names}) != len(set(names)):
        raise InputError("two names that differ by upper case alone", mend="rename one")
