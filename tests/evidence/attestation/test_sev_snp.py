from __future__ import annotations

from attestation_reports import NONCE, key, sev_snp
from stillwatch.core.hardware import AttestationKind
from stillwatch.evidence.attestation.sev_snp import read_sev_snp

_REPORT = sev_snp(key())


def test_measurement_and_nonce_and_who_verified() -> None:
    read = read_sev_snp(_REPORT, "report.bin", {"other": key(2).public_key(), "vcek": key().public_key()})
    assert read is not None
    assert (read.kind, read.nonce, read.verified_by) == (AttestationKind.SEV_SNP, NONCE.hex(), "vcek")
    told = dict(read.measurements)
    assert (told["measurement"], told["chip_id"]) == ("11" * 48, "22" * 64)


def test_without_its_key_or_with_a_changed_byte_it_is_not_verified() -> None:
    changed = bytearray(_REPORT)
    changed[0x90] ^= 1
    keys = {"vcek": key().public_key()}
    for data, known in ((_REPORT, {}), (_REPORT, {"other": key(2).public_key()}), (bytes(changed), keys)):
        read = read_sev_snp(data, "report.bin", known)
        assert read is not None
        assert read.verified_by == ""


def test_other_bytes_are_no_report() -> None:
    assert read_sev_snp(_REPORT[:-1], "report.bin", {}) is None
    assert read_sev_snp(bytes(len(_REPORT)), "report.bin", {}) is None
