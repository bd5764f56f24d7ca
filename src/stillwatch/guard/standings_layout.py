"""How a table of standings lies in a file: `guard.build_standings` writes it, `guard.standings` looks up in it.

Layout: magic, length and hash of the header, header (JSON), then the columns that it lists, all in the machine's byte
order; the header holds the hash of the columns. Open addressing: `slot_low` holds the first half of each key's hash, or
0, `slot_row` its first row, `high` the second half; `following` chains the rows of one key, 0 = none.
"""

from __future__ import annotations

import array
import json
import sys
from typing import Any, Final, Literal

import xxhash

from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import Role

_MAGIC: Final = b"swstand1"
_FIXED_BYTES: Final = 24
_LOW: Final = 2**64 - 1
_MENDED_BY: Final = "publish it again"
COLUMNS: Final[tuple[tuple[str, Literal["Q", "I", "B", "d"]], ...]] = (
    ("slot_low", "Q"),
    ("slot_row", "I"),
    ("high", "Q"),
    ("following", "I"),
    ("name", "B"),
    ("role", "B"),
    ("source", "B"),
    ("experimental", "B"),
    ("subject", "I"),
    ("reason", "I"),
    ("confidence", "d"),
    ("since", "d"),
    ("expires_at", "d"),
)
"""Name and type code of each column."""
ROLES: Final = tuple(Role)
"""The column `role` counts in this order."""
MOST_ROWS_OF_A_KEY: Final = 32
"""So many of them are looked at, in the order that `build` gives them."""


def hash_low(value: bytes, name: int, seed: int) -> int:
    """The first half of a key's hash; never 0."""
    return xxhash.xxh3_64_intdigest(value, seed + name) or 1


def hash_high(value: bytes, name: int, seed: int) -> int:
    """The second half, asked for only where the first agrees."""
    return xxhash.xxh3_64_intdigest(value, ~(seed + name) & _LOW)


def written(header: dict[str, Any], columns: dict[str, array.array[Any]]) -> bytes:
    """The bytes of a table; the header gets what `read_header` looks at."""
    body = b"".join(_padded(columns[name].tobytes()) for name, _ in COLUMNS)
    stated = {
        **header,
        "byteorder": sys.byteorder,
        "lengths": [len(columns[name]) for name, _ in COLUMNS],
        "digest": xxhash.xxh3_64_intdigest(body),
    }
    text = _padded(json.dumps(stated).encode())
    return b"".join((_MAGIC, len(text).to_bytes(8, "little"), xxhash.xxh3_64_digest(text), text, body))


def read_header(view: memoryview, where: str) -> tuple[dict[str, Any], memoryview]:
    """The header, and the bytes of the columns.

    Raises:
        InputError: It is no table, of another version or another byte order, or damaged.
    """
    if bytes(view[:8]) != _MAGIC:
        raise InputError("this is no table of standings of this version", where=where, mend=_MENDED_BY)
    start = _FIXED_BYTES + int.from_bytes(view[8:16], "little")
    text, body = view[_FIXED_BYTES:start], view[start:]
    if len(view) < start or xxhash.xxh3_64_digest(text) != bytes(view[16:24]):
        raise InputError("the table of standings is damaged or cut short", where=where, mend=_MENDED_BY)
    header: dict[str, Any] = json.loads(bytes(text).rstrip(b"\0"))
    if header["byteorder"] != sys.byteorder:
        raise InputError("the table was built on a machine of another byte order", where=where, mend=_MENDED_BY)
    if xxhash.xxh3_64_intdigest(body) != header["digest"]:
        raise InputError("the table of standings is damaged or cut short", where=where, mend=_MENDED_BY)
    return header, body


def read_columns(body: memoryview, lengths: list[int]) -> dict[str, Any]:
    """Views of the columns by name; nothing is copied."""
    columns: dict[str, Any] = {}
    start = 0
    for (name, code), length in zip(COLUMNS, lengths, strict=True):
        size = array.array(code).itemsize * length
        columns[name] = body[start : start + size].cast(code)
        start += size + -size % 8
    return columns


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)
