"""Hashing of the suite ristretto255-SHA512 of RFC 9497, mode 1 (verifiable).

>>> len(expand(b"input", b"HashToGroup-" + CONTEXT))
64

`expand` is `expand_message_xmd` of RFC 9380, section 5.3.1, for one block of SHA-512: 64 bytes are all that the suite
needs.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.intel.ristretto import Ristretto

CONTEXT: Final = b"OPRFV1-\x01-ristretto255-SHA512"
_PADDED: Final = hashlib.sha512(bytes(128))
"""What every message begins with, a block of zeros: absorbed once."""


def expand(message: bytes, tag: bytes) -> bytes:
    """64 uniform bytes of a message, under a tag that keeps uses apart."""
    tag += bytes((len(tag),))
    first = _PADDED.copy()
    first.update(message + b"\x00\x40\x00" + tag)
    return hashlib.sha512(first.digest() + b"\x01" + tag).digest()


def hash_to_group(group: Ristretto, message: bytes) -> bytes:
    return group.from_hash(expand(message, b"HashToGroup-" + CONTEXT))


def hash_to_scalar(group: Ristretto, message: bytes, tag: bytes = b"HashToScalar-") -> bytes:
    return group.reduce(expand(message, tag + CONTEXT))


def with_length(part: bytes) -> bytes:
    """The part behind its length, as transcripts have it (`I2OSP(len, 2)`)."""
    return len(part).to_bytes(2, "big") + part
