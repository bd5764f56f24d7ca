"""Keys of both kinds sign and are read alike; whatever is of another kind is refused by name."""

from __future__ import annotations

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from stillwatch.core.errors import InputError
from stillwatch.signing.key_kinds import CurveKey, holds, id_of, public_pem, read_public_key, signer_among

_KEYS = {
    "ed25519": Ed25519PrivateKey.from_private_bytes(bytes(range(32))),
    "p-256": CurveKey(ec.derive_private_key(7, ec.SECP256R1())),
    "p-384": CurveKey(ec.derive_private_key(7, ec.SECP384R1())),
    "p-521": CurveKey(ec.derive_private_key(7, ec.SECP521R1())),
}


@pytest.mark.parametrize("kind", _KEYS)
def test_a_key_is_read_back_and_its_signatures_hold_for_it_alone(kind: str) -> None:
    key = _KEYS[kind]
    public = read_public_key(public_pem(key.public_key()))
    signature = key.sign(b"weights")
    assert holds(public, signature, b"weights")
    assert not holds(public, signature, b"weights!")
    assert not holds(public, b"", b"weights")
    others = [one.public_key() for name, one in _KEYS.items() if name != kind]
    assert signer_among(others, signature, b"weights") is None
    assert signer_among([*others, public], signature, b"weights") is public
    assert id_of(public) == hashlib.sha256(public_pem(public)).hexdigest()


def test_keys_of_other_kinds_are_refused() -> None:
    with pytest.raises(InputError, match="curve secp256k1"):
        CurveKey(ec.generate_private_key(ec.SECP256K1()))
    for other in (rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256K1())):
        pem = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(InputError, match="use a key of"):
            read_public_key(pem, "a.pub")
    with pytest.raises(InputError, match="no public key"):
        read_public_key(b"-----BEGIN NOTHING-----")
