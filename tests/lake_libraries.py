"""delta-rs and pyiceberg, who write tables for the tests; they have an environment of their own."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

_LIBRARIES = next((Path(sys.prefix) / "lake").glob("lib/python*/site-packages"), None)


def why_missing() -> str:
    """What is needed and not there; "" where all is."""
    return "" if _LIBRARIES else "delta-rs and pyiceberg are not installed: `make .venv/.lake`"


def deltalake() -> Any:
    return _library("deltalake")


def pyiceberg_catalog() -> Any:
    return _library("pyiceberg.catalog")


def _library(name: str) -> Any:
    if str(_LIBRARIES) not in sys.path:
        sys.path.append(str(_LIBRARIES))
    return importlib.import_module(name)
