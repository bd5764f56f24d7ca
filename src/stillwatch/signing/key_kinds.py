"""Keys of two kinds that sign alike: Ed25519, and the curves of NIST that OpenSSF's model signing asks for.

>>> key = CurveKey(ec.generate_private_key(ec.SECP256R1()))
>>> holds(key.public_key(), key.sign(b"weights"), b"weights"), holds(key.public_key(), key.sign(b"x"), b"weights")
(True, False)

ECDSA is taken with the hash that belongs to the curve (SHA-256 with P-256, SHA-384 with P-384, SHA-512 with P-521), as
sigstore's specification of bundles has it. A key's id is the SHA-256 of its public half in PEM, which is the hint that
`model_signing` writes.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, Protocol

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey
"""Ask it with `holds`."""
CURVES: Final[dict[str, hashes.HashAlgorithm]] = {
    "secp256r1": hashes.SHA256(),
    "secp384r1": hashes.SHA384(),
    "secp521r1": hashes.SHA512(),
}
"""Name of a curve → the hash that ECDSA takes on it."""
_MEND: Final = "use a key of Ed25519, P-256, P-384 or P-521"


class AnyKey(Protocol):
    """What signs, wherever the private key lies; an `Ed25519PrivateKey` is one as it is."""

    def sign(self, data: bytes, /) -> bytes: ...

    def public_key(self) -> PublicKey: ...


class CurveKey:
    """A private key on a curve, which signs as the others do."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        """Take the key.

        Raises:
            InputError: It is on another curve.
        """
        self._key = key
        self._ecdsa = _ecdsa_of(key.public_key(), "")

    def sign(self, data: bytes, /) -> bytes:
        return self._key.sign(data, self._ecdsa)

    def public_key(self) -> ec.EllipticCurvePublicKey:
        return self._key.public_key()


def read_public_key(pem: bytes, where: str = "") -> PublicKey:
    """A public key from PEM.

    Raises:
        InputError: It is none, or of another kind.
    """
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise InputError(f"no public key in PEM: {error}", where=where, mend=_MEND) from error
    return usable_key(key, where)


def usable_key(key: PublicKeyTypes, where: str = "") -> PublicKey:
    """The same key, once it is seen to be of a kind that signs here.

    Raises:
        InputError: It is of another kind.
    """
    if isinstance(key, ec.EllipticCurvePublicKey):
        _ecdsa_of(key, where)
        return key
    if isinstance(key, Ed25519PublicKey):
        return key
    raise InputError(f"a key of another kind, {type(key).__name__}", where=where, mend=_MEND)


def public_pem(public: PublicKey) -> bytes:
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def raw_public(public: PublicKey) -> bytes:
    """The 32 bytes of an Ed25519 key; of one on a curve its SubjectPublicKeyInfo, DER."""
    if isinstance(public, Ed25519PublicKey):
        return public.public_bytes_raw()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def id_of(public: PublicKey) -> str:
    """SHA-256 of the key in PEM, hex."""
    return hashlib.sha256(public_pem(public)).hexdigest()


def holds(public: PublicKey, signature: bytes, data: bytes) -> bool:
    """Whether the signature is this key's over the data."""
    try:
        if isinstance(public, Ed25519PublicKey):
            public.verify(signature, data)
        else:
            public.verify(signature, data, _ecdsa_of(public, ""))
    except InvalidSignature:
        return False
    return True


def signer_among(known: Iterable[PublicKey], signature: bytes, data: bytes) -> PublicKey | None:
    """Whose of the known keys the signature is, if it is any's."""
    return next((one for one in known if holds(one, signature, data)), None)


def _ecdsa_of(public: ec.EllipticCurvePublicKey, where: str) -> ec.ECDSA:
    if public.curve.name not in CURVES:
        raise InputError(f"a key on the curve {public.curve.name}", where=where, mend=_MEND)
    return ec.ECDSA(CURVES[public.curve.name])
