"""What signs by Ed25519, wherever the private key lies: in a file, in a token, with an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class SigningKey(Protocol):
    """An `Ed25519PrivateKey` of `cryptography` is one as it is."""

    def sign(self, data: bytes, /) -> bytes:
        """The signature of RFC 8032, 64 bytes."""
        ...

    def public_key(self) -> Ed25519PublicKey: ...
