from __future__ import annotations

import importlib.util
import json

import pytest
from click.testing import CliRunner

from small_bench import SIZES
from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.distil_command import distil_command


def test_variants_are_those_that_there_are():
    told = CliRunner().invoke(distil_command, ["--out", "x", "--variant", "kgw"])
    assert told.exit_code == 2
    assert "'gumbel', 'gumbel-4', 'tournament', 'green'" in told.output


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed")
def test_without_torch_it_says_what_to_install(tmp_path):
    with pytest.raises(SettingsError, match="torch is missing"):
        CliRunner().invoke(distil_command, ["--out", str(tmp_path)], standalone_mode=False, catch_exceptions=False)


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="torch is not installed: `make .venv/.torch`")
def test_pages_and_tables_are_written_for_each_student(tmp_path, monkeypatch):
    monkeypatch.setattr("stillwatch.faces.cli.distil_command.SIZES", {"demo": SIZES})
    asked = ["--out", str(tmp_path), "--share", "100", "--quiet", "--device", "auto"]
    told = CliRunner().invoke(distil_command, asked, catch_exceptions=False, standalone_mode=False)
    assert told.output.rstrip() == (tmp_path / "results.md").read_text().rstrip()
    assert json.loads((tmp_path / "results.json").read_text())["schema"] == "stillwatch.distil/2"
    assert "suspects/gumbel-100-mode-500.html" in (tmp_path / "results.html").read_text()
    assert "stillwatch</strong> attribution" in (tmp_path / "suspects" / "gumbel-100-mode-500.html").read_text()
