"""Cosignatures of both kinds, against messages written out by hand from the specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.cosignature import Cosigned, cosign, cosignatures, message_of
from stillwatch.evidence.signed_note import Note, SignatureType, Verifier, read_note

if TYPE_CHECKING:
    from collections.abc import Callable

_SAID = Checkpoint("example.com/behind-the-sofa", 20852163, bytes(range(32)))
_AT = 1679315147


def _ed25519(name: str, seed: int = 0) -> tuple[Verifier, Callable[[bytes], bytes]]:
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed] * 32))
    return Verifier(name, SignatureType.COSIGNATURE, key.public_key().public_bytes_raw()), key.sign


def _ml_dsa(name: str) -> tuple[Verifier, Callable[[bytes], bytes]]:
    key = MLDSA44PrivateKey.from_seed_bytes(bytes(32))
    return Verifier(name, SignatureType.ML_DSA_44, key.public_key().public_bytes_raw()), key.sign


def test_messages_are_those_of_the_specification() -> None:
    assert message_of(SignatureType.COSIGNATURE, "w", _SAID, _AT) == (
        b"cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        b"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n"
    )
    assert message_of(SignatureType.ML_DSA_44, "w", _SAID, _AT) == (
        b"subtree/v1\n\x00"
        b"\x01w"
        + bytes.fromhex("00000000641850cb")
        + b"\x1bexample.com/behind-the-sofa"
        + bytes.fromhex("0000000000000000")
        + bytes.fromhex("00000000013e2dc3")
        + bytes(range(32))
    )
    with pytest.raises(ValueError, match="0 bytes"):
        message_of(SignatureType.ML_DSA_44, "", _SAID, _AT)


@pytest.mark.parametrize("make", [_ed25519, _ml_dsa])
def test_who_has_signed_and_when(make: Callable[[str], tuple[Verifier, Callable[[bytes], bytes]]]) -> None:
    key, sign = make("w.example")
    signature = cosign(_SAID, key, sign, _AT)
    note = read_note(str(Note(str(_SAID), (signature,))).encode())
    assert cosignatures(note, [key]) == (Cosigned(key, _AT),)
    later = signature._replace(value=(_AT + 1).to_bytes(8, "big") + signature.value[8:])
    larger = _SAID._replace(size=_SAID.size + 1)
    for text, changed in ((str(_SAID), later), (str(larger), signature)):
        with pytest.raises(VerificationError, match=r"w\.example does not hold"):
            cosignatures(Note(text, (changed,)), [key])


def test_an_ml_dsa_signature_is_bound_to_its_name() -> None:
    key, sign = _ml_dsa("w1.example")
    other = Verifier("w2.example", key.kind, key.public)
    moved = cosign(_SAID, key, sign, _AT)._replace(name=other.name, key_id=other.id)
    with pytest.raises(VerificationError):
        cosignatures(Note(str(_SAID), (moved,)), [other])


def test_strangers_are_passed_over() -> None:
    key, sign = _ed25519("w.example")
    assert cosignatures(Note(str(_SAID), (cosign(_SAID, key, sign, _AT),)), [_ed25519("w.example", 1)[0]]) == ()
