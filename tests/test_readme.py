"""The first page: its picture is small, and what it tells a newcomer to type exists."""

from __future__ import annotations

import re
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_README = (_ROOT / "README.md").read_text("utf-8")


def test_the_picture_is_there_and_small() -> None:
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", _README)
    assert pictures
    assert all((_ROOT / picture).stat().st_size <= 300_000 for picture in pictures)


def test_every_make_target_named_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (_ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"make ([a-z-]+)", _README)) <= targets


def test_every_command_named_is_documented() -> None:
    reference = (_ROOT / "docs" / "reference" / "cli.md").read_text("utf-8")
    named = set(re.findall(r"stillwatch (scan|sample|store [a-z]+|formats [a-z]+)", _README))
    assert {name for name in named if f"## stillwatch {name}\n" not in reference} == set()


def test_both_first_commands_stand_on_the_first_screen() -> None:
    first = "\n".join(_README.splitlines()[:30])
    assert "make scan" in first
    assert "make test" in first
