r"""What members of a group tell one another of logs: the checkpoints that they were shown, and beginnings of logs.

>>> told = ToldHeads((b"log\n0\n..., signed",), (ToldBeginning("log", 3, 5, Shown(bytes(32), (bytes(32),))),))
>>> read_told_heads(write_told_heads(told)) == told
True

A file of this kind needs no signature: each checkpoint is signed by its log, and a beginning is believed only where it
leads to one. So it may come from anybody, by any way: by a server of files, by mail, in a bundle over an air gap.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any, Final, NamedTuple

import rfc8785

from stillwatch.core.errors import InputError
from stillwatch.evidence.merkle_tree import HASH_BYTES
from stillwatch.evidence.split_view import Shown

SUFFIX: Final = ".checkpoints"
MOST_BYTES: Final = 8 << 20
_SCHEMA: Final = "stillwatch.checkpoints/1"
_MOST_HEADS: Final = 1_000
_MOST_BEGINNINGS: Final = 1_000
_MOST_HASHES: Final = 64
_MOST_SIZE: Final = 1 << 53
_MEND: Final = "ask whoever sent it to tell it again"


class ToldBeginning(NamedTuple):
    origin: str
    old: int
    size: int
    shown: Shown


class ToldHeads(NamedTuple):
    notes: tuple[bytes, ...]
    """Checkpoints as they were shown, with their signatures."""
    beginnings: tuple[ToldBeginning, ...] = ()


def write_told_heads(told: ToldHeads) -> bytes:
    """The file, in canonical form (RFC 8785)."""
    written: bytes = rfc8785.dumps(
        {
            "schema": _SCHEMA,
            "checkpoints": [one.decode() for one in told.notes],
            "beginnings": [
                {
                    "origin": one.origin,
                    "old": one.old,
                    "size": one.size,
                    "root": _encoded(one.shown.root),
                    "path": [_encoded(each) for each in one.shown.path],
                }
                for one in told.beginnings
            ],
        }
    )
    return written


def read_told_heads(data: bytes, where: str = "") -> ToldHeads:
    """Read the file; checks nothing but its form.

    Raises:
        InputError: It is none, or larger than allowed.
    """
    try:
        if len(data) > MOST_BYTES:
            raise InputError(f"checkpoints of {len(data):,} bytes", where=where, mend=_MEND)
        read = json.loads(data)
        if read["schema"] != _SCHEMA:
            raise InputError("no checkpoints of this version", where=where, mend=_MEND)
        heads, beginnings = read["checkpoints"], read["beginnings"]
        if len(heads) > _MOST_HEADS or len(beginnings) > _MOST_BEGINNINGS:
            raise InputError("more checkpoints than anybody tells", where=where, mend=_MEND)
        return ToldHeads(tuple(one.encode() for one in heads), tuple(_beginning(one, where) for one in beginnings))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(f"no checkpoints: {error}", where=where, mend=_MEND) from error


def _beginning(read: Any, where: str) -> ToldBeginning:
    old, size, path = read["old"], read["size"], read["path"]
    hashes = (_hash(read["root"]), *map(_hash, path))
    is_count = all(isinstance(one, int) and not isinstance(one, bool) for one in (old, size))
    if not is_count or not 0 < old < size < _MOST_SIZE or len(path) > _MOST_HASHES:
        raise InputError("a beginning of a log that is none", where=where, mend=_MEND)
    return ToldBeginning(str(read["origin"]), old, size, Shown(hashes[0], hashes[1:]))


def _hash(text: Any) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    if len(data) != HASH_BYTES:
        raise ValueError(f"a hash of {len(data)} bytes")
    return data


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
