"""Caddy itself, with the configuration that we ship."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gateway_stand import Stand, check_usual_answers, program, running

if TYPE_CHECKING:
    from collections.abc import Iterator

WHY = "apt-get install caddy"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    program("caddy", WHY)
    with running(tmp_path, start, "Caddyfile") as made:
        yield made


def start(stand: Stand) -> None:
    stand.start("front", [program("caddy", WHY), "run", "--config", "Caddyfile", "--adapter", "caddyfile"])


def test_caddy_does_what_the_guard_says(stand: Stand) -> None:
    check_usual_answers(stand)


def test_no_reply_is_cut(stand: Stand) -> None:
    """Told to flush at once, Caddy 2.6 closes one connection in a hundred before the body."""
    with ThreadPoolExecutor(16) as pool:
        assert {reply.status for reply in pool.map(stand.ask, ["sk-honest"] * 400)} == {200}


def test_while_the_guard_is_down_caddy_does_as_it_was_told(stand: Stand) -> None:
    stand.stop("guard")
    assert stand.ask("sk-honest").status == 502
    stand.stop("front")
    config = stand.folder / "Caddyfile"
    opened = [
        line.replace("\t# ", "\t", 1) if line.startswith(OPENS) else line for line in config.read_text().splitlines()
    ]
    config.write_text("\n".join(opened) + "\n")
    start(stand)
    assert stand.ask("sk-closed").status == 200
    stand.start_guard()
    assert stand.ask("sk-closed").status == 403


OPENS = ("\t# handle_errors", "\t# \t", "\t# }")
"""The lines of the example that let requests through."""
