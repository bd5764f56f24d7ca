"""ML-DSA-44 written out: what OpenSSL's library signs holds, and nothing else."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from stillwatch.evidence.alone.verify_ml_dsa import hints_of, inverse_ntt, ml_dsa_holds, ntt, with_hint


@pytest.mark.parametrize("number", range(6))
def test_signatures_of_another_implementation(number: int) -> None:
    key = MLDSA44PrivateKey.from_seed_bytes(hashlib.sha256(bytes([number])).digest())
    public, message = key.public_key().public_bytes_raw(), bytes(range(number * 40))
    signature = key.sign(message)
    assert ml_dsa_holds(public, signature, message)
    assert not ml_dsa_holds(public, signature, message + b"!")
    for bit in range(number, len(signature) * 8, 4001):
        changed = bytearray(signature)
        changed[bit // 8] ^= 1 << bit % 8
        assert not ml_dsa_holds(public, bytes(changed), message)
    other = bytearray(public)
    other[number * 200] ^= 1
    assert not ml_dsa_holds(bytes(other), signature, message)
    assert not ml_dsa_holds(public, signature[:-1], message)
    assert not ml_dsa_holds(public[:-1], signature, message)


def test_a_transform_is_undone_by_its_inverse() -> None:
    poly = [at * 32_717 % 8_380_417 for at in range(256)]
    assert inverse_ntt(ntt(poly)) == poly


@pytest.mark.parametrize(
    ("value", "plain", "marked"),
    [
        (0, 0, 43),
        (1, 0, 1),
        (95_232, 0, 1),
        (95_233, 1, 0),
        (8_380_416, 0, 43),
        (8_285_184, 43, 0),
        (8_285_185, 0, 43),
    ],
)
def test_hints_turn_to_the_nearer_side(value: int, plain: int, marked: int) -> None:
    assert (with_hint(value, is_marked=False), with_hint(value, is_marked=True)) == (plain, marked)


@pytest.mark.parametrize(
    "data", [bytes([5, 4]) + bytes(78) + bytes([2, 2, 2, 2]), bytes(80) + bytes([0, 0, 0, 81]), b"\1" + bytes(83)]
)
def test_hints_are_written_in_one_way_only(data: bytes) -> None:
    assert hints_of(data) is None
