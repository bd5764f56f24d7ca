"""The public key of an issuer in a file, as PEM (RFC 8410), which openssl and other programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from stillwatch.core.errors import SettingsError
from stillwatch.service.evidence.told_key import read_told_key

if TYPE_CHECKING:
    from pathlib import Path


def write_public_key(path: Path, key: Ed25519PublicKey) -> None:
    path.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def read_public_key(path: Path) -> Ed25519PublicKey:
    """Read a key.

    Raises:
        SettingsError: It is no public key of Ed25519.
    """
    told = read_told_key(path)
    if told.algorithm != "ed25519":
        raise SettingsError(f"a key of {told.algorithm}", where=str(path), mend="ask the issuer for its Ed25519 key")
    return Ed25519PublicKey.from_public_bytes(told.public)
