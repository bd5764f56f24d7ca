"""The version of the program, as results carry it."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

VERSION: Final = version("stillwatch")
