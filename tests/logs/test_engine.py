"""What all engines share: queries that say what they need, and errors that show them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stillwatch.logs import engine as engine_module
from stillwatch.logs.engine import failed_query, query_text

_QUERIES = sorted((Path(engine_module.__file__).parent / "queries").glob("*.sql"))


@pytest.mark.parametrize("file", _QUERIES, ids=lambda file: file.stem)
def test_every_query_says_what_it_needs_and_gives(file: Path) -> None:
    text = file.read_text("utf-8")
    head = " ".join(line for line in text.splitlines() if line.startswith("--"))
    assert text.startswith("-- ")
    assert all(word in head for word in ("in:", "out:", "order:"))


def test_an_error_shows_the_query_as_the_engine_had_it() -> None:
    text = query_text("account_all")
    assert "FROM account" in text
    shown = str(failed_query("account_all", text, ValueError("no such table")))
    assert shown.index("no such table") < shown.index("FROM account")
    assert "query account_all" in shown
