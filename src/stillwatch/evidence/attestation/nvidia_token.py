"""What NVIDIA's verifiers say of accelerators: JSON web tokens with claims of an entity attestation token (RFC 9711).

A file holds one token, or a bundle `[["JWT", overall], {"GPU-0": token, …}]` as their service writes it.
Verified means that each token in the file is signed by one given key of the service (ES384); the tokens of single
accelerators are also bound into the overall one by digest, which is not needed then.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP384R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

from stillwatch.core.hardware import AttestationKind, AttestationReport

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

_OVERALL: Final = "overall"
_NUMBER_BYTES: Final = 48
_CLAIMS: Final = (
    *("iss", "iat", "exp", "hwmodel", "ueid", "measres", "secboot", "dbgstat", "x-nvidia-overall-att-result"),
    *("x-nvidia-gpu-driver-version", "x-nvidia-gpu-vbios-version", "x-nvidia-gpu-attestation-report-nonce-match"),
)
"""The claims that are kept by name; the whole token lies in the file."""
_MARKS: Final = ("x-nvidia-", "measres", "hwmodel")


class _Token(NamedTuple):
    name: str
    text: str
    claims: dict[str, Any]


def read_nvidia_token(data: bytes, file: str, keys: Mapping[str, PublicKeyTypes]) -> AttestationReport | None:
    """Read the tokens of a file; None where it holds none of NVIDIA's.

    Args:
        data: The file.
        file: Its name.
        keys: By a name for them; the one that verifies every token is named.
    """
    tokens = list(_tokens(data))
    if not any(name.startswith(_MARKS) for one in tokens for name in one.claims):
        return None
    nonces = [str(one.claims["eat_nonce"]) for one in tokens if "eat_nonce" in one.claims]
    return AttestationReport(
        kind=AttestationKind.NVIDIA,
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        measurements=tuple(
            (f"{one.name}.{claim}", _plain(one.claims[claim]))
            for one in tokens
            for claim in _CLAIMS
            if claim in one.claims
        ),
        nonce=nonces[0] if nonces else "",
        verified_by=next((name for name, key in keys.items() if all(_is_signed(one.text, key) for one in tokens)), ""),
    )


def _tokens(data: bytes) -> Iterator[_Token]:
    for name, text in _texts(data):
        claims = _claims(text)
        if claims is not None:
            yield _Token(name, text, claims)


def _texts(data: bytes) -> Iterator[tuple[str, str]]:
    """(name, token) of whatever in the file looks like one."""
    text = data.decode("utf-8", "replace").strip()
    try:
        pending: list[tuple[str, Any]] = [(_OVERALL, json.loads(text))]
    except (ValueError, RecursionError):
        pending = [(_OVERALL, text)]
    while pending:
        name, value = pending.pop(0)
        if isinstance(value, str) and value.count(".") == 2:
            yield name, value
        elif isinstance(value, list):
            pending += [(name, one) for one in value]
        elif isinstance(value, dict):
            pending += [(str(key), one) for key, one in value.items()]


def _claims(token: str) -> dict[str, Any] | None:
    try:
        claims = json.loads(_decoded(token.split(".")[1]))
    except (ValueError, binascii.Error, RecursionError):
        return None
    return claims if isinstance(claims, dict) else None


def _is_signed(token: str, key: PublicKeyTypes) -> bool:
    head, _, signature = token.rpartition(".")
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP384R1):
        return False
    try:
        numbers = _decoded(signature)
        if json.loads(_decoded(head.split(".")[0])).get("alg") != "ES384" or len(numbers) != 2 * _NUMBER_BYTES:
            return False
        first, second = (int.from_bytes(numbers[at : at + _NUMBER_BYTES], "big") for at in (0, _NUMBER_BYTES))
        key.verify(encode_dss_signature(first, second), head.encode(), ECDSA(SHA384()))
    except (InvalidSignature, ValueError, binascii.Error, AttributeError):
        return False
    return True


def _decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
