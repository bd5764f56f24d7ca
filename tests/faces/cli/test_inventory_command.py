from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from attestation_reports import key, sev_snp
from stillwatch.faces.cli.inventory_command import inventory_command

if TYPE_CHECKING:
    from pathlib import Path


def test_what_this_machine_tells(tmp_path: Path) -> None:
    report = tmp_path / "report.bin"
    report.write_bytes(sev_snp(key()))
    said = ["--attestation", str(report)]
    shown = CliRunner().invoke(inventory_command, said, standalone_mode=False)
    assert "attestation  sev-snp  report.bin  signature not verified" in shown.output
    assert "\nmachine " in shown.output
    plain = json.loads(CliRunner().invoke(inventory_command, [*said, "--json"], standalone_mode=False).output)
    assert plain["schema"] == "stillwatch.inventory/1"
    assert [one["signature"] for one in plain["attestations"]] == ["not verified"]
