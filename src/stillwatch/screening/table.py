"""The tables that names are read with; `tables/licences.txt` says where they come from."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def toml_table(name: str) -> dict[str, Any]:
    return tomllib.loads((files("stillwatch.screening") / "tables" / f"{name}.toml").read_text(encoding="utf-8"))


def lines_of(name: str) -> list[str]:
    """Lines of a text table without its comments."""
    text = (files("stillwatch.screening") / "tables" / f"{name}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
