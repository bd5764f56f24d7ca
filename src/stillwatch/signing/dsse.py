"""Sign bytes in the envelope that supply chains use: DSSE, version 1 (github.com/secure-systems-lab/dsse).

>>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
>>> key = Ed25519PrivateKey.from_private_bytes(bytes(32))
>>> envelope = read_envelope(sign(b"{}", "application/json", key))
>>> envelope.payload, is_signed_by(envelope, public_bytes(key))
(b'{}', True)

The signature (Ed25519, RFC 8032) is over the type and the bytes of the payload as they were sent, so nobody has to
agree on a canonical form, and a payload signed as one type is no payload of another one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from stillwatch.signing.signing_key import SigningKey

PUBLIC_BYTES: Final = 32
_MEND: Final = "ask for it again: it is no envelope as DSSE has them"
_MOST_SIGNATURES: Final = 16


class Signature(NamedTuple):
    key_id: str
    """As `key_id_of` makes it; only a hint, which nobody signed."""
    value: bytes


class Envelope(NamedTuple):
    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]


def public_bytes(key: SigningKey) -> bytes:
    """The raw public key, 32 bytes."""
    return key.public_key().public_bytes_raw()


def key_id_of(public: bytes) -> str:
    """First 16 hex digits of SHA-256 of the raw public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def pre_authentication(payload: bytes, payload_type: str) -> bytes:
    """What is signed: type and payload, each with its length before it."""
    name = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)


def sign(payload: bytes, payload_type: str, key: SigningKey) -> bytes:
    """The envelope, as JSON."""
    signature = Signature(key_id_of(public_bytes(key)), key.sign(pre_authentication(payload, payload_type)))
    return write_envelope(Envelope(payload, payload_type, (signature,)))


def write_envelope(envelope: Envelope) -> bytes:
    return orjson.dumps(plain_envelope(envelope))


def plain_envelope(envelope: Envelope) -> dict[str, Any]:
    """The envelope as a JSON object."""
    return {
        "payload": base64.b64encode(envelope.payload).decode(),
        "payloadType": envelope.payload_type,
        "signatures": [
            {"keyid": one.key_id, "sig": base64.b64encode(one.value).decode()} for one in envelope.signatures
        ],
    }


def read_envelope(data: bytes, *, where: str = "") -> Envelope:
    """Read an envelope and check nothing but its form.

    Raises:
        InputError: It is none.
    """
    try:
        read = orjson.loads(data)
    except ValueError as error:
        raise InputError(f"no signed envelope: {error}", where=where, mend=_MEND) from error
    return envelope_of(read, where)


def envelope_of(read: Any, where: str = "") -> Envelope:
    """The same of a JSON object, such as one that lies in another one.

    Raises:
        InputError: It is none.
    """
    try:
        signatures = read["signatures"]
        if not 0 < len(signatures) <= _MOST_SIGNATURES:
            raise InputError(f"an envelope with {len(signatures)} signatures", where=where, mend=_MEND)
        return Envelope(
            _decoded(read["payload"]),
            _text(read["payloadType"]),
            tuple(Signature(_text(one.get("keyid", "")), _decoded(one["sig"])) for one in signatures),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"no signed envelope: {error}", where=where, mend=_MEND) from error


def is_signed_by(envelope: Envelope, public: bytes) -> bool:
    """Whether one of the signatures is of this key, whatever it says that its key is."""
    key = Ed25519PublicKey.from_public_bytes(public)
    signed = pre_authentication(envelope.payload, envelope.payload_type)
    return any(_is_valid(key, one.value, signed) for one in envelope.signatures)


def _is_valid(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _decoded(text: Any) -> bytes:
    try:
        return base64.b64decode(_text(text), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where text belongs")
    return value
