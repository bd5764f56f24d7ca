from __future__ import annotations

import importlib.util

import pytest
from click.testing import CliRunner

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
