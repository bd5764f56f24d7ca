r"""Rows of a CSV list, each with its line; bytes in any of the encodings that lists come in.

>>> [(line, row) for line, row in table_rows(b'a,b\r\n1,"x\ny"\r\n', "t.csv")]
[(2, {'a': '1', 'b': 'x\ny'})]
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

_LONGEST_FIELD: Final = 4 << 20
_END_OF_FILE: Final = "\x1a"
"""OFAC's files end with it, as files of MS-DOS did."""


def decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with it, else Windows-1252, in which any byte is some letter."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def plain_rows(data: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows without a header, each with the line that it begins in.

    Raises:
        InputError: A field is longer than any list's.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.reader(io.StringIO(decoded(data).rstrip(_END_OF_FILE + "\r\n "), newline=""))
    line = 1
    try:
        for row in reader:
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"no CSV: {error}", where=f"{name}:{line}", mend="fetch the list again") from error


def table_rows(data: bytes, name: str, needed: AbstractSet[str] = frozenset()) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by the names in the header, which are brought to lower case.

    Raises:
        InputError: There is no header, it lacks a needed column, or a row has other columns than it.
    """
    rows = plain_rows(data, name)
    header = next(rows, None)
    if header is None:
        raise InputError("the file is empty", where=name, mend="fetch the list again")
    names = [field.strip().lower() for field in header[1]]
    missing = sorted(needed - set(names))
    if missing:
        what = f"the columns {', '.join(missing)} are missing"
        raise InputError(what, where=f"{name}:1", mend="fetch the list again, or name its format")
    for line, row in rows:
        if len(row) != len(names):
            what = f"the row has {len(row)} columns, its header {len(names)}"
            raise InputError(what, where=f"{name}:{line}", mend="the file is cut off or damaged; fetch it again")
        yield line, dict(zip(names, map(str.strip, row), strict=True))


def header_of(data: bytes) -> list[str]:
    """Names of the columns in lower case, from the head of a file."""
    head = decoded(data[:4096]).splitlines()
    return [field.strip().lower() for field in next(csv.reader(head[:1]), [])]
