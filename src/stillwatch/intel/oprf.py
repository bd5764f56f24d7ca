"""Make tokens of what nobody may see: the verifiable oblivious pseudo-random function of RFC 9497, ristretto255-SHA512.

>>> from stillwatch.intel.ristretto import load_ristretto
>>> group = load_ristretto()
>>> key = derive_key(group, bytes(32), b"2026-w48")  # the holder of an epoch's key
>>> blinded = blind(group, [b"mail", b"phone"])  # a member; sends blinded.elements alone
>>> answer = evaluate(group, key, blinded.elements)  # the holder; learns nothing of the inputs
>>> tokens = finalise(group, blinded, [(key.public, answer)])  # the member
>>> tokens == [output_of(group, key.secret, one) for one in (b"mail", b"phone")]
True

The holder of the key never sees an input or a token; a member cannot make a token without asking; and the proof shows
the member that the answers were made with the key that everybody else is answered with, so that the holder cannot mark
members by keys of their own.

A key may be *split*: several holders have each a share, every one of them answers and proves for itself, and the token
is that of the sum of their keys. As long as one of them keeps its share, nobody can make a token without asking.
"""

from __future__ import annotations

import hashlib
from functools import reduce
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.intel.oprf_hash import hash_to_group, hash_to_scalar, with_length
from stillwatch.intel.oprf_proof import Evaluating, is_proven, prove

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.intel.ristretto import Ristretto

TOKEN_BYTES: Final = 64
_MOST_INPUT_BYTES: Final = 65_535


class OprfKey(NamedTuple):
    secret: bytes
    public: bytes


class Blinded(NamedTuple):
    """What a member keeps of a batch; only `elements` is sent."""

    inputs: Sequence[bytes]
    blinds: Sequence[bytes]
    elements: Sequence[bytes]


class Answer(NamedTuple):
    """What a holder of a key sends back."""

    elements: Sequence[bytes]
    proof: bytes


def derive_key(group: Ristretto, seed: bytes, info: bytes) -> OprfKey:
    """The key of a seed of 32 random bytes; `info` keeps several keys of one seed apart."""
    for counter in range(256):
        plain = seed + with_length(info) + bytes((counter,))
        secret = hash_to_scalar(group, plain, b"DeriveKeyPair")
        if any(secret):
            return OprfKey(secret, group.multiply_base(secret))
    raise InputError("no key can be made of this seed", mend="take another one")


def blind(group: Ristretto, inputs: Sequence[bytes], random_scalar: Callable[[], bytes] | None = None) -> Blinded:
    """Hide inputs, each under a blind of its own.

    Args:
        group: The group.
        inputs: At most 65,535 bytes each.
        random_scalar: Where blinds come from; the system's source of randomness if not given.
    """
    if any(len(one) > _MOST_INPUT_BYTES for one in inputs):
        raise InputError("an input is too long", mend=f"at most {_MOST_INPUT_BYTES} bytes")
    draw = random_scalar or group.random_scalar
    blinds = [draw() for _ in inputs]
    elements = [group.multiply(hidden, hash_to_group(group, one)) for hidden, one in zip(blinds, inputs, strict=True)]
    return Blinded(inputs, blinds, elements)


def evaluate(
    group: Ristretto, key: OprfKey, elements: Sequence[bytes], random_scalar: Callable[[], bytes] | None = None
) -> Answer:
    """Answer a batch, with one proof for all of it.

    Raises:
        InputError: One is no element of the group or the identity, or the batch is empty or too large.
    """
    answered = [group.multiply(key.secret, one) for one in elements]
    nonce = (random_scalar or group.random_scalar)()
    return Answer(answered, prove(group, Evaluating(key.secret, key.public, elements, answered), nonce))


def finalise(group: Ristretto, blinded: Blinded, answers: Sequence[tuple[bytes, Answer]]) -> list[bytes]:
    """The tokens of a batch, 64 bytes each, once every answer is proven.

    Args:
        group: The group.
        blinded: What was kept.
        answers: Of each holder its public key, as the epoch names it, and what it answered.

    Raises:
        VerificationError: An answer was not made with that key.
    """
    if not answers:
        raise VerificationError("nobody has answered", mend="ask each holder of the epoch's key")
    for number, (public, answer) in enumerate(answers, 1):
        if not is_proven(group, public, blinded.elements, answer.elements, answer.proof):
            mend = "do not use this holder: it marks whoever asks, or another one answers in its name"
            raise VerificationError("the answer was not made with the epoch's key", where=f"holder {number}", mend=mend)
    summed = [reduce(group.add, shares) for shares in zip(*(answer.elements for _, answer in answers), strict=True)]
    inverses = group.invert(list(blinded.blinds))
    return [
        _output(one, group.multiply(inverse, element))
        for one, inverse, element in zip(blinded.inputs, inverses, summed, strict=True)
    ]


def output_of(group: Ristretto, secret: bytes, one: bytes) -> bytes:
    """The token of an input, for whoever has the whole key: for tests, and what makes a split key worth having."""
    return _output(one, group.multiply(secret, hash_to_group(group, one)))


def _output(one: bytes, element: bytes) -> bytes:
    return hashlib.sha512(with_length(one) + with_length(element) + b"Finalize").digest()
