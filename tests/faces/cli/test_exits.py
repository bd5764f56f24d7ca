"""Exit codes are a promise to scripts."""

from __future__ import annotations

from stillwatch.faces.cli import exits


def test_codes_never_change() -> None:
    assert (exits.NOTHING_FOUND, exits.FOUND, exits.COULD_NOT_START, exits.INCOMPLETE) == (0, 1, 2, 3)
