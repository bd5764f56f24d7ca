"""Progress shows on a terminal and nowhere else."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from stillwatch.faces.cli.progress import shown_progress


@pytest.mark.parametrize(
    ("is_terminal", "is_quiet", "is_shown"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_progress(is_terminal: bool, is_quiet: bool, is_shown: bool) -> None:
    written = StringIO()
    console = Console(file=written, force_terminal=is_terminal, width=100)
    with shown_progress(console, is_quiet=is_quiet) as progress:
        progress("reading", 1, 10)
        progress("reading", 10, 10)
        progress("linking accounts", 0, 0)
        progress("rows read", 12_345, 0)
    assert ("12,345" in written.getvalue()) == is_shown
    assert ("reading" in written.getvalue()) == is_shown
