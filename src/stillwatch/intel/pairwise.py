"""Tokens that two members make without asking anybody, under a key that the two have agreed on: for air-gapped sites.

>>> ours, theirs = pair_key(bytes(32), "2026-w48"), pair_key(bytes(32), "2026-w48")
>>> ours.token(b"mail") == theirs.token(b"mail"), ours.id == theirs.id
(True, True)
>>> ours.token(b"mail") == pair_key(bytes(32), "2026-w49").token(b"mail")
False

HMAC-SHA-256 (RFC 2104), under a key of the epoch that is made of the pair's in the same way, so that tokens of two
epochs cannot be brought together without it. Whoever has the key can try every phone number there is against tokens
that he was given: only for two who would show each other the plain values, never for a group. What a group does is
`oprf`.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Final, NamedTuple

from stillwatch.core.errors import InputError

PAIR_KEY_BYTES: Final = 32


class PairKey(NamedTuple):
    """The key of one epoch of one pair."""

    id: str
    """First 16 hex digits of SHA-256 of the key."""
    secret: bytes

    def token(self, one: bytes) -> bytes:
        """32 bytes, of an input in its one form (`private_input`)."""
        return hmac.digest(self.secret, one, "sha256")


def pair_key(shared: bytes, epoch: str) -> PairKey:
    """The key of an epoch, from the 32 random bytes that the pair shares; both must name the epoch alike."""
    if len(shared) != PAIR_KEY_BYTES:
        raise InputError(f"a key of {len(shared)} bytes", mend=f"make one of {PAIR_KEY_BYTES}: `stillwatch match pair`")
    if not epoch:
        raise InputError("an epoch without a name", mend="agree on one, such as 2026-w48")
    secret = hmac.digest(shared, b"stillwatch/1 pairwise epoch\0" + epoch.encode(), "sha256")
    return PairKey(hashlib.sha256(secret).hexdigest()[:16], secret)
