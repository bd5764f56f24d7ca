from __future__ import annotations

from datetime import UTC, datetime

from stillwatch.core.hardware import Accelerator, AttestationKind, AttestationReport, Inventory, Machine, Tpm
from stillwatch.evidence.inventory_statement import inventory_statement
from stillwatch.evidence.leaf_entry import digest_of


def test_everything_that_was_told_and_what_was_not() -> None:
    report = AttestationReport(
        kind=AttestationKind.TDX, file="q", sha256="ab", measurements=(("mrtd", "33"),), nonce="0"
    )
    statement = inventory_statement(
        Inventory(
            taken_at=datetime(2026, 11, 22, tzinfo=UTC),
            hostname="vault-1",
            kernel="Linux 6.1 x86_64",
            machine=Machine(vendor="Maker", serial="S1"),
            processors=("CPU",),
            accelerators=(Accelerator(pci_address="0000:18:00.0", vendor="NVIDIA", product="H100", told_by=("PCI",)),),
            tpms=(Tpm(version="2", pcrs=((0, "aa"),)),),
            attestations=(report,),
            not_told=("0000:18:00.0: no serial is told",),
        )
    )
    assert statement == {
        "schema": "stillwatch.inventory/1",
        "taken_at": "2026-11-22T00:00:00Z",
        "hostname": "vault-1",
        "kernel": "Linux 6.1 x86_64",
        "machine": {"vendor": "Maker", "serial": "S1"},
        "processors": ["CPU"],
        "accelerators": [
            {"pci_address": "0000:18:00.0", "vendor": "NVIDIA", "product": "H100", "told_by": ["PCI"]},
        ],
        "tpms": [{"version": "2", "description": "", "pcrs_sha256": {"0": "aa"}}],
        "attestations": [
            {
                "kind": "tdx",
                "file": "q",
                "sha256": "ab",
                "measurements": {"mrtd": "33"},
                "nonce": "0",
                "signature": "not verified",
            }
        ],
        "not_told": ["0000:18:00.0: no serial is told"],
    }
    assert len(digest_of(statement)) == 64
