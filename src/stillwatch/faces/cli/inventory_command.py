"""`stillwatch inventory`: the accelerators and the firmware of this machine, for records of custody."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.core.hardware import Accelerator, Inventory

_EXTRA = "evidence"
take_inventory = later("stillwatch.service.evidence.inventory", "inventory", extra=_EXTRA)
inventory_statement = later("stillwatch.evidence.inventory_statement", "inventory_statement", extra=_EXTRA)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="inventory")
@click.option(
    "--attestation",
    "attestations",
    multiple=True,
    type=_FILE,
    help="A report of this machine (SEV-SNP, TDX) or its accelerators (NVIDIA token); may be repeated.",
)
@click.option(
    "--attestation-key",
    "keys",
    multiple=True,
    type=_FILE,
    help="A certificate or key set under which their signatures are verified; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def inventory_command(attestations: tuple[Path, ...], keys: tuple[Path, ...], as_json: bool) -> int:
    """The accelerators of this machine with their serials, its firmware and TPM, and attestation reports.

    What drivers and firmware say of themselves is not proof. Some serials are told to root alone.
    """
    taken: Inventory = take_inventory(datetime.now(UTC), attestations=attestations, keys=keys)
    if as_json:
        click.echo(json.dumps(inventory_statement(taken), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(_lines(taken)))
    return NOTHING_FOUND


def _lines(taken: Inventory) -> Iterator[str]:
    machine = taken.machine
    yield f"{taken.hostname}  {taken.kernel}  {taken.taken_at:%Y-%m-%d %H:%M:%S}Z"
    yield f"machine      {_joined(machine.vendor, machine.product)}  serial {machine.serial or 'not told'}"
    for model in taken.processors:
        yield f"processor    {model}"
    for one in taken.accelerators:
        told = ", ".join(one.told_by)
        yield f"accelerator  {one.pci_address}  {_named(one)}  serial {one.serial or 'not told'}"
        yield f"             {_joined(one.uuid, one.part_number, one.firmware, one.driver)}  told by {told}"
    if not taken.accelerators:
        yield "accelerator  none is told"
    for tpm in taken.tpms:
        yield f"tpm          {_joined(tpm.version, tpm.description)}  {len(tpm.pcrs)} registers"
    for report in taken.attestations:
        signature = f"verified by {report.verified_by}" if report.verified_by else "not verified"
        yield f"attestation  {report.kind}  {report.file}  signature {signature}"
        yield f"             nonce {report.nonce or 'none'}"
    for why in taken.not_told:
        yield f"not told     {why}"


def _named(one: Accelerator) -> str:
    """Some drivers put the maker before the product, some do not."""
    return one.product if one.product.startswith(one.vendor) else _joined(one.vendor, one.product)


def _joined(*told: str) -> str:
    return " ".join(one for one in told if one) or "not told"
