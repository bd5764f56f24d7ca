from __future__ import annotations

import subprocess
import sys

import pytest

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.later import later


def test_a_missing_module_shows_when_it_is_called() -> None:
    call = later("stillwatch.no_such_module", "run")
    with pytest.raises(ModuleNotFoundError):
        call()


@pytest.mark.parametrize("command", ["scan", "sample", "store", "formats"])
def test_help_loads_no_engine(command: str) -> None:
    shown = (
        "import sys; from stillwatch.faces.cli.main import cli;"
        f"cli.main([{command!r}, '--help'], standalone_mode=False);"
        "sys.exit(any(name in sys.modules for name in ('numba', 'pyarrow', 'duckdb', 'scipy')))"
    )
    assert subprocess.run([sys.executable, "-c", shown], check=False, capture_output=True).returncode == 0  # noqa: S603


def test_what_an_extra_brings_is_named() -> None:
    with pytest.raises(SettingsError, match=r"no_such_module is missing \(pip install 'stillwatch\[intel\]'\)"):
        later("no_such_module", "anything", extra="intel")()
    with pytest.raises(ModuleNotFoundError):
        later("no_such_module", "anything")()
