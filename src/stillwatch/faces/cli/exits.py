"""Exit codes of every command."""

from __future__ import annotations

from typing import Final

NOTHING_FOUND: Final = 0
FOUND: Final = 1
COULD_NOT_START: Final = 2
INCOMPLETE: Final = 3
