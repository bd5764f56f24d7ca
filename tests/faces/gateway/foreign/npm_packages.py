"""Where the packages of `package.json` are that tests run: `make test` installs them where npm is."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import pytest
from gateway_stand import program

MODULES: Final = Path(sys.prefix) / "node" / "node_modules"


def node(package: str) -> str:
    """Where node is; without it, or without the package, the test is skipped."""
    found = program("node", "apt-get install nodejs npm")
    if not (MODULES / package).exists():
        pytest.skip(f"{package} is not installed in {MODULES}: `make test` installs it where npm is")
    return found
