"""The version of the program, as results carry it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Final


def _installed() -> str:
    """Of whichever distribution this is: the whole, or the guard alone."""
    try:
        return version("stillwatch")
    except PackageNotFoundError:
        return version("stillwatch-guard")


VERSION: Final = _installed()
