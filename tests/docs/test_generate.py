"""The committed reference is what the code says, and every link between pages leads somewhere."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGES = [*_ROOT.glob("*.md"), *(_ROOT / "docs").rglob("*.md")]
_LINK = re.compile(r"\]\(([^)#\s]+)(#[^)\s]+)?\)")


_MADE = "import generate, json; print(json.dumps(generate.pages()))"


def test_the_reference_is_up_to_date() -> None:
    # In a process of its own: a command that was run before keeps the help option that it was run with.
    done = subprocess.run([sys.executable, "-c", _MADE], cwd=_ROOT / "docs", capture_output=True, check=True)  # noqa: S603  # ours
    made = json.loads(done.stdout)
    committed = {file.name: file.read_text("utf-8") for file in (_ROOT / "docs" / "reference").iterdir()}
    stale = [name for name in sorted(made.keys() | committed.keys()) if made.get(name) != committed.get(name)]
    assert stale == [], f"run `make docs`: {', '.join(stale)}"


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: str(page.relative_to(_ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    targets = [target for target, _ in _LINK.findall(page.read_text("utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []
