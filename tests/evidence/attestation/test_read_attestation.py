from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from attestation_reports import key, key_set, nvidia_bundle, sev_snp, tdx_quote
from stillwatch.core.errors import InputError
from stillwatch.core.hardware import AttestationKind, AttestationReport
from stillwatch.evidence.attestation.read_attestation import read_attestation, read_attestation_keys


def test_each_kind_is_told_by_its_bytes() -> None:
    files = [sev_snp(key()), tdx_quote(), nvidia_bundle(key()), b"?"]
    assert [read_attestation(one, "f", {}).kind for one in files] == [
        AttestationKind.SEV_SNP,
        AttestationKind.TDX,
        AttestationKind.NVIDIA,
        AttestationKind.UNKNOWN,
    ]
    unknown = AttestationReport(kind=AttestationKind.UNKNOWN, file="f", sha256=hashlib.sha256(b"?").hexdigest())
    assert read_attestation(b"?", "f", {}) == unknown


def _certificate() -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SEV-VCEK")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key().public_key())
    builder = builder.serial_number(1).not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    return builder.not_valid_after(datetime(2033, 1, 1, tzinfo=UTC)).sign(key(), SHA384())


@pytest.mark.parametrize("form", ["der", "pem", "public", "set"])
def test_keys_of_each_form_verify(form: str) -> None:
    public = key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    data = {
        "der": _certificate().public_bytes(Encoding.DER),
        "pem": _certificate().public_bytes(Encoding.PEM),
        "public": public,
        "set": key_set(key()),
    }[form]
    names = {"der": "f", "pem": "f#CN=SEV-VCEK", "public": "f", "set": "f#k-1"}
    keys = read_attestation_keys(data, "f")
    assert read_attestation(sev_snp(key()), "report.bin", keys).verified_by == names[form]


@pytest.mark.parametrize(
    "data", [b"", b"{}", b'{"keys": [{}]}', b"-----BEGIN PUBLIC KEY-----", b"-----BEGIN CERTIFICATE"]
)
def test_what_is_no_key_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match="f: no key"):
        read_attestation_keys(data, "f")
