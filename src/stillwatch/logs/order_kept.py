"""New names for old keys in the same order, where the order breaks ties: of accounts, and of what they show.

>>> in_order(np.array([-5, 3, 0, 3, 9]), np.random.default_rng(1)).argsort(kind="stable").tolist()
[0, 2, 1, 3, 4]

What is left of the old key is its rank, a few bits of a hash under a secret salt: no guess can be tested by it.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from stillwatch.logs.hashing import hash_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.logs.rekey import Ints

_MOST: Final = 2**63 - 1
_DIGITS: Final = 16


def in_order(keys: Ints, random: np.random.Generator) -> Ints:
    """Random keys of the same order, sign and equalities, shape (m,)."""
    known, place = np.unique(keys, return_inverse=True)
    below, above = int((known < 0).sum()), int((known > 0).sum())
    zero = np.zeros(int((known == 0).sum()), np.int64)
    made = np.concatenate([-_drawn(below, random)[::-1], zero, _drawn(above, random)])
    return np.asarray(made[place], np.int64)


def tokens_in_order(count: int, salt: int, secret: bytes) -> list[str]:
    """So many tokens, such that their hashes under the salt of the store that they are for ascend."""
    made = [hmac.digest(secret, b"%d" % number, "sha256").hex()[:_DIGITS] for number in range(count)]
    order = np.argsort(hash_text(pa.array(made, pa.large_string()), salt), kind="stable")
    return [made[place] for place in order.tolist()]


def token_of_each(hashes: Ints, salt: int, secret: bytes) -> Sequence[str | None]:
    """For hashes of texts, shape (m,), the tokens that stand for them, in the same order; None for 0."""
    known, place = np.unique(hashes, return_inverse=True)
    tokens = tokens_in_order(len(known), salt, secret)
    return [None if value == 0 else tokens[at] for value, at in zip(hashes.tolist(), place.tolist(), strict=True)]


def _drawn(count: int, random: np.random.Generator) -> Ints:
    """Ascending numbers above 0, no two alike."""
    found = np.zeros(0, np.int64)
    while len(found) < count:
        found = np.union1d(found, random.integers(1, _MOST, count - len(found)))
    return found
