"""An inventory of hardware as JSON, as it stands in statements of custody and in the transparency log's digests."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stillwatch.core.hardware import Accelerator, AttestationReport, Inventory, Machine, Tpm

SCHEMA = "stillwatch.inventory/1"


def inventory_statement(inventory: Inventory) -> dict[str, Any]:
    """Everything in it, what nobody told left out; a report that nobody verified says so in words."""
    return {
        "schema": SCHEMA,
        "taken_at": inventory.taken_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "hostname": inventory.hostname,
        "kernel": inventory.kernel,
        "machine": _told(inventory.machine),
        "processors": list(inventory.processors),
        "accelerators": [_told(one) for one in inventory.accelerators],
        "tpms": [_tpm(one) for one in inventory.tpms],
        "attestations": [_report(one) for one in inventory.attestations],
        "not_told": list(inventory.not_told),
    }


def _told(value: Machine | Accelerator) -> dict[str, Any]:
    plain = {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(value).items()}
    return {name: one for name, one in plain.items() if one}


def _tpm(one: Tpm) -> dict[str, Any]:
    registers = {str(number): value for number, value in one.pcrs}
    return {"version": one.version, "description": one.description, "pcrs_sha256": registers}


def _report(one: AttestationReport) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "file": one.file,
        "sha256": one.sha256,
        "measurements": dict(one.measurements),
        "nonce": one.nonce,
        "signature": f"verified by {one.verified_by}" if one.verified_by else "not verified",
    }
