"""Prove that many elements were multiplied by one and the same key, the one behind a public key (RFC 9497, 2.2).

>>> from stillwatch.intel.ristretto import load_ristretto
>>> group = load_ristretto()
>>> key = group.random_scalar()
>>> public, asked = group.multiply_base(key), [group.base]
>>> answered = [group.multiply(key, group.base)]
>>> proof = prove(group, Evaluating(key, public, asked, answered), group.random_scalar())
>>> is_proven(group, public, asked, answered, proof), is_proven(group, group.base, asked, answered, proof)
(True, False)

One proof of 64 bytes serves a batch of any size: both lists are summed up under weights that nobody can choose, since
they are hashes of all of it, and the equality of two logarithms is proven for the sums (Chaum and Pedersen).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.intel.oprf_hash import CONTEXT, hash_to_scalar, with_length
from stillwatch.intel.ristretto import SCALAR_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.intel.ristretto import Ristretto

PROOF_BYTES: Final = 2 * SCALAR_BYTES
MOST_ELEMENTS: Final = 65_535
"""Of one proof: an element's place in its batch is written in two bytes."""


class Evaluating(NamedTuple):
    """What a proof is about, with the key that only its holder has."""

    secret: bytes
    public: bytes
    asked: Sequence[bytes]
    answered: Sequence[bytes]


def prove(group: Ristretto, one: Evaluating, nonce: bytes) -> bytes:
    """The proof; the nonce is a random scalar that is used once and told to nobody."""
    asked = group.weigh(_weights(group, one.public, one.asked, one.answered), one.asked)
    answered = group.multiply(one.secret, asked)
    commitments = group.multiply_base(nonce), group.multiply(nonce, asked)
    challenge = _challenge(group, one.public, asked, answered, *commitments)
    response = group.subtract_scalars(nonce, group.multiply_scalars(challenge, one.secret))
    return challenge + response


def is_proven(group: Ristretto, public: bytes, asked: Sequence[bytes], answered: Sequence[bytes], proof: bytes) -> bool:
    """Whether each answer is what was asked, multiplied by the key behind `public`; False too for what is malformed."""
    challenge, response = proof[:SCALAR_BYTES], proof[SCALAR_BYTES:]
    if not (group.is_scalar(challenge) and group.is_scalar(response) and group.is_element(public)):
        return False
    if len(asked) != len(answered):
        return False
    try:
        weights = _weights(group, public, asked, answered)
        left, right = group.weigh(weights, asked), group.weigh(weights, answered)
        for_base = group.add(group.multiply_base(response), group.multiply(challenge, public))
        for_sums = group.add(group.multiply(response, left), group.multiply(challenge, right))
    except InputError:  # what is no element, or a scalar of zero: an honest holder sends neither
        return False
    return challenge == _challenge(group, public, left, right, for_base, for_sums)


def _weights(group: Ristretto, public: bytes, asked: Sequence[bytes], answered: Sequence[bytes]) -> list[bytes]:
    if not 0 < len(asked) <= MOST_ELEMENTS:
        raise InputError(f"a batch of {len(asked)} elements", mend=f"ask for 1 to {MOST_ELEMENTS} at once")
    seed = hashlib.sha512(with_length(public) + with_length(b"Seed-" + CONTEXT)).digest()
    head = with_length(seed)
    return [
        hash_to_scalar(group, head + place.to_bytes(2, "big") + with_length(left) + with_length(right) + b"Composite")
        for place, (left, right) in enumerate(zip(asked, answered, strict=True))
    ]


def _challenge(group: Ristretto, *points: bytes) -> bytes:
    return hash_to_scalar(group, b"".join(map(with_length, points)) + b"Challenge")
