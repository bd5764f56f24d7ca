"""HAProxy itself, with the configuration and the script that we ship."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gateway_stand import Stand, check_usual_answers, program, running

if TYPE_CHECKING:
    from collections.abc import Iterator

WHY = "apt-get install haproxy"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    program("haproxy", WHY)
    with running(tmp_path, start, "haproxy.cfg", "stillwatch.lua", "accounts.lst") as made:
        yield made


def start(stand: Stand) -> None:
    stand.start("front", [program("haproxy", WHY), "-db", "-f", "haproxy.cfg"])


def test_haproxy_does_what_the_guard_says(stand: Stand) -> None:
    check_usual_answers(stand)


def test_while_the_guard_is_down_haproxy_does_as_it_was_told(stand: Stand) -> None:
    stand.stop("guard")
    assert stand.ask("sk-closed").status == 200
    stand.start_guard()
    assert stand.ask("sk-closed").status == 403
    stand.stop("guard")
    stand.stop("front")
    config = stand.folder / "haproxy.cfg"
    config.write_text(config.read_text().replace("str(allow)", "str(deny)"))
    start(stand)
    found = stand.ask("sk-honest")
    assert (found.status, found.headers["retry-after"]) == (503, "1")
