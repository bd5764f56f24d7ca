"""Say which twin suites of a composed log leak, and so may not be used to quote accuracy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.evaluation.leaks import Suite, find_leaks

if TYPE_CHECKING:
    from pathlib import Path


def range_leaks(folder: Path) -> tuple[Suite, ...]:
    """Judge every twin suite of a folder that `range compose` wrote.

    Raises:
        InputError: There is no composed log in the folder.
    """
    return find_leaks(folder)
