"""Signed claims in the compact form of JSON Web Signature (RFC 7515), by Ed25519 alone (RFC 8037, `EdDSA`).

>>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
>>> key = Ed25519PrivateKey.from_private_bytes(bytes(32))
>>> read_jws(write_jws({"sub": "g-1"}, "licence+jwt", key), "licence+jwt", [key.public_key()])
{'sub': 'g-1'}

One algorithm, named by us and not by what is read: a text that names another is refused, which is what the known
attacks on such tokens need.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import InvalidSignature

from stillwatch.core.errors import InputError, VerificationError
from stillwatch.signing.dsse import key_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from stillwatch.signing.signing_key import SigningKey

_ALGORITHM: Final = "EdDSA"
_MOST_CHARACTERS: Final = 1 << 20
_MEND: Final = "ask whoever issued it for the file again"


def write_jws(claims: dict[str, Any], kind: str, key: SigningKey) -> str:
    """Sign claims; `kind` is the media type without `application/`, so that one kind never passes for another."""
    header = {"alg": _ALGORITHM, "kid": key_id_of(key.public_key().public_bytes_raw()), "typ": kind}
    signed = f"{_encoded(_json(header))}.{_encoded(_json(claims))}"
    return f"{signed}.{_encoded(key.sign(signed.encode()))}"


def read_jws(text: str, kind: str, known: Iterable[Ed25519PublicKey], where: str = "") -> dict[str, Any]:
    """The claims, once one of the known keys has signed them.

    Raises:
        InputError: It is no such text.
        VerificationError: None of the keys has signed it.
    """
    signed, header, signature = _parts(text.strip(), where)
    if header.get("alg") != _ALGORITHM or header.get("typ") != kind or "crit" in header:
        raise InputError(f"it is no {kind} signed by {_ALGORITHM}", where=where, mend=_MEND)
    if not any(_holds(key, signature, signed.encode()) for key in known):
        mend = "name the issuer's public key, or ask for the file again: it was changed, or is another's"
        raise VerificationError("none of the known keys has signed this", where=where, mend=mend)
    return _object(signed.partition(".")[2], where)


def _parts(text: str, where: str) -> tuple[str, dict[str, Any], bytes]:
    signed, _, signature = text.rpartition(".")
    if len(text) > _MOST_CHARACTERS or signed.count(".") != 1:
        raise InputError("this is no signed text of three parts", where=where, mend=_MEND)
    return signed, _object(signed.partition(".")[0], where), _decoded(signature, where)


def _object(part: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(_decoded(part, where), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise InputError(f"a part of it is no JSON: {error}", where=where, mend=_MEND) from error
    if not isinstance(found, dict):
        raise InputError("a part of it is no JSON object", where=where, mend=_MEND)
    return found


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _holds(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decoded(text: str, where: str) -> bytes:
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InputError(f"a part of it is no base64: {error}", where=where, mend=_MEND) from error
    if _encoded(found) != text:
        raise InputError("a part of it is written in more than one way", where=where, mend=_MEND)
    return found
