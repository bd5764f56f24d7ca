"""Modules open with a worked example, and each is run."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

_SOURCE = Path(__file__).parents[1] / "src"
_OPTIONAL = {"stillwatch.faces.gateway.litellm_guard": "litellm"}
"""What a module needs that not everybody installs."""


def modules() -> list[str]:
    files = (file for file in _SOURCE.rglob("*.py") if ">>> " in file.read_text("utf-8"))
    return sorted(".".join(file.relative_to(_SOURCE).with_suffix("").parts) for file in files)


@pytest.mark.parametrize("name", modules())
def test_an_example_does_what_it_says(name: str) -> None:
    if name in _OPTIONAL:
        pytest.importorskip(_OPTIONAL[name])
    assert doctest.testmod(importlib.import_module(name)).failed == 0
