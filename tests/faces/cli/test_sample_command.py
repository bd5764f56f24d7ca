"""`stillwatch sample`."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from stillwatch.faces.cli.sample_command import sample_command


def test_it_says_what_was_made_and_how_to_scan_it(tmp_path: Path) -> None:
    shown = CliRunner().invoke(sample_command, ["--out", str(tmp_path), "--scale", "0.05"]).output
    assert f"try: stillwatch scan {tmp_path}/log --accounts {tmp_path}/accounts.csv" in shown


def test_json_names_every_file(tmp_path: Path) -> None:
    shown = CliRunner().invoke(sample_command, ["--out", str(tmp_path), "--scale", "0.05", "--json"]).output
    made = json.loads(shown)
    named = [*made["logs"], made["accounts_path"], made["authorised_path"], made["truth_path"]]
    assert all(Path(path).is_file() for path in named)
    assert made["exchanges"] > 1000
