"""Read an attestation report of any kind that is known; a file of another kind is named by its digest."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificates

from stillwatch.core.errors import InputError
from stillwatch.core.hardware import AttestationKind, AttestationReport
from stillwatch.evidence.attestation.nvidia_token import read_nvidia_token
from stillwatch.evidence.attestation.sev_snp import read_sev_snp
from stillwatch.evidence.attestation.tdx_quote import read_tdx_quote

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes


def read_attestation(data: bytes, file: str, keys: Mapping[str, PublicKeyTypes]) -> AttestationReport:
    """Read a report; its signature counts as verified only under one of these keys, which is named then."""
    found = read_sev_snp(data, file, keys) or read_tdx_quote(data, file) or read_nvidia_token(data, file, keys)
    if found is not None:
        return found
    return AttestationReport(kind=AttestationKind.UNKNOWN, file=file, sha256=hashlib.sha256(data).hexdigest())


def read_attestation_keys(data: bytes, file: str) -> dict[str, PublicKeyTypes]:
    """The keys of a file: a certificate (an AMD VCEK, DER or PEM), a public key (PEM), or a set of keys (JWKS).

    Raises:
        InputError: It holds none.
    """
    try:
        if data.lstrip().startswith(b"{"):
            keys = json.loads(data)["keys"]
            return {f"{file}#{one.get('kid', number)}": _of_jwk(one) for number, one in enumerate(keys)}
        if b"-----BEGIN CERTIFICATE" in data:
            found = load_pem_x509_certificates(data)
            return {f"{file}#{one.subject.rfc4514_string()}": one.public_key() for one in found}
        if b"-----BEGIN" in data:
            return {file: load_pem_public_key(data)}
        return {file: load_der_x509_certificate(data).public_key()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        mend = "give a certificate or public key (PEM, DER), or a set of keys (JWKS)"
        raise InputError(f"no key that can verify reports: {error}", where=file, mend=mend) from error


def _of_jwk(one: dict[str, Any]) -> PublicKeyTypes:
    """Key of a set: on P-384, or of the certificate that stands in it."""
    if "x5c" in one:
        return load_der_x509_certificate(base64.b64decode(one["x5c"][0])).public_key()
    x, y = (int.from_bytes(base64.urlsafe_b64decode(one[name] + "=="), "big") for name in ("x", "y"))
    return EllipticCurvePublicNumbers(x, y, SECP384R1()).public_key()
