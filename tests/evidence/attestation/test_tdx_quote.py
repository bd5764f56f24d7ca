from __future__ import annotations

import pytest

from attestation_reports import NONCE, tdx_quote
from stillwatch.core.hardware import AttestationKind
from stillwatch.evidence.attestation.tdx_quote import read_tdx_quote


@pytest.mark.parametrize("version", [4, 5])
def test_measurements_and_nonce(version: int) -> None:
    read = read_tdx_quote(tdx_quote(version), "quote.dat")
    assert read is not None
    told = dict(read.measurements)
    assert (read.kind, read.nonce, read.verified_by) == (AttestationKind.TDX, NONCE.hex(), "")
    assert (told["mrtd"], told["rtmr0"], told["rtmr1"]) == ("33" * 48, "44" * 48, "00" * 48)


def test_other_bytes_are_no_quote() -> None:
    sgx = bytearray(tdx_quote())
    sgx[4] = 0
    assert [read_tdx_quote(data, "q") for data in (b"", tdx_quote(3), bytes(sgx), tdx_quote()[:600])] == [None] * 4
