"""Attestation reports of AMD SEV-SNP: 1,184 bytes that the secure processor of a machine signed for a guest.

Layout: "SEV Secure Nested Paging Firmware ABI Specification" (AMD 56860), table ATTESTATION_REPORT; the signature is
ECDSA on P-384 with SHA-384 over the first 0x2a0 bytes, both numbers in 72 bytes, little-endian.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP384R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

from stillwatch.core.hardware import AttestationKind, AttestationReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

REPORT_BYTES: Final = 0x4A0
_VERSIONS: Final = range(2, 6)
_ECDSA_P384: Final = 1
_SIGNED_BYTES: Final = 0x2A0
_NUMBER_BYTES: Final = 72
_MEASUREMENTS: Final = (
    ("measurement", 0x90, 48),
    ("host_data", 0xC0, 32),
    ("id_key_digest", 0xE0, 48),
    ("author_key_digest", 0x110, 48),
    ("reported_tcb", 0x180, 8),
    ("chip_id", 0x1A0, 64),
)
_REPORT_DATA: Final = slice(0x50, 0x90)


def read_sev_snp(data: bytes, file: str, keys: Mapping[str, PublicKeyTypes]) -> AttestationReport | None:
    """Read a report; None where these bytes are none.

    Args:
        data: The file.
        file: Its name.
        keys: By a name for them; the one that verifies the signature is named. A key counts as AMD's because whoever
            gave it says so: its chain of certificates is not looked at.
    """
    if len(data) != REPORT_BYTES or int.from_bytes(data[:4], "little") not in _VERSIONS:
        return None
    return AttestationReport(
        kind=AttestationKind.SEV_SNP,
        file=file,
        sha256=hashlib.sha256(data).hexdigest(),
        measurements=tuple((name, data[place : place + size].hex()) for name, place, size in _MEASUREMENTS),
        nonce=data[_REPORT_DATA].hex(),
        verified_by=next((name for name, key in keys.items() if _is_signed(data, key)), ""),
    )


def _is_signed(data: bytes, key: PublicKeyTypes) -> bool:
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP384R1):
        return False
    if int.from_bytes(data[0x34:0x38], "little") != _ECDSA_P384:
        return False
    numbers = [
        int.from_bytes(data[place : place + _NUMBER_BYTES], "little")
        for place in (_SIGNED_BYTES, _SIGNED_BYTES + _NUMBER_BYTES)
    ]
    try:
        key.verify(encode_dss_signature(*numbers), data[:_SIGNED_BYTES], ECDSA(SHA384()))
    except InvalidSignature:
        return False
    return True
