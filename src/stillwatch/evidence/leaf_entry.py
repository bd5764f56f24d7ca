r"""The bytes of a leaf: one small JSON object in canonical form (RFC 8785), which anybody can write again.

>>> from datetime import UTC, datetime
>>> from stillwatch.core.leaf import Leaf, LeafKind
>>> leaf = Leaf(kind=LeafKind.FINDING, sha256=digest_of({"id": "c-1"}), noted_at=datetime(2026, 11, 22, tzinfo=UTC))
>>> entry_of(leaf)[:54]
b'{"about":"","kind":"finding","noted_at":"2026-11-22T00'
>>> read_entry(entry_of(leaf)) == leaf
True
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.core.leaf import Leaf, LeafKind

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA: Final = "stillwatch.leaf/1"
_FIELDS: Final = frozenset(("about", "kind", "noted_at", "schema", "sha256"))
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_PIECE_BYTES: Final = 1 << 20


def digest_of(value: Any) -> str:
    """SHA-256 of a JSON value in canonical form, hex.

    Raises:
        InputError: It has no canonical form: a number that is infinite, an integer beyond 2^53, or half a pair.
    """
    try:
        return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
    except rfc8785.CanonicalizationError as error:
        raise InputError(f"this cannot be sealed: {error}", mend="write numbers that large as text") from error


def digest_of_file(path: Path) -> str:
    """SHA-256 of the bytes of a file, hex."""
    hashed = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            hashed.update(piece)
    return hashed.hexdigest()


def entry_of(leaf: Leaf) -> bytes:
    """The bytes that go into a log."""
    written: bytes = rfc8785.dumps(
        {
            "schema": _SCHEMA,
            "kind": leaf.kind.value,
            "sha256": leaf.sha256,
            "noted_at": leaf.noted_at.astimezone(UTC).strftime(_TIME),
            "about": leaf.about,
        }
    )
    return written


def read_entry(entry: bytes) -> Leaf:
    """A leaf from its bytes.

    Raises:
        VerificationError: It is none, or is not written as `entry_of` writes it.
    """
    try:
        read = json.loads(entry)
        if read.keys() != _FIELDS or read["schema"] != _SCHEMA or not _SHA256.fullmatch(read["sha256"]):
            raise VerificationError("no leaf of this version")
        moment = datetime.strptime(read["noted_at"], _TIME).replace(tzinfo=UTC)
        found = Leaf(kind=LeafKind(read["kind"]), sha256=read["sha256"], noted_at=moment, about=read["about"])
        is_canonical = entry_of(found) == entry
    except (ValueError, TypeError, AttributeError, rfc8785.CanonicalizationError) as error:
        raise VerificationError(f"no leaf: {error}") from error
    if not is_canonical:
        raise VerificationError("a leaf that is not in canonical form")
    return found
