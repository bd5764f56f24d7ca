"""nginx itself, with the configuration that we ship."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gateway_stand import Stand, check_usual_answers, program, running

if TYPE_CHECKING:
    from collections.abc import Iterator

WHY = "apt-get install nginx"


def as_a_test(name: str, text: str) -> str:
    """With what Debian's own nginx.conf would say."""
    if name != "nginx.conf":
        return text
    return f"daemon off; pid nginx.pid; error_log stderr;\n{text}".replace("http {", "http { access_log off;", 1)


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    program("nginx", WHY)
    with running(tmp_path, start, "nginx.conf", "accounts.map", change=as_a_test) as made:
        yield made


def start(stand: Stand) -> None:
    stand.start("front", [program("nginx", WHY), "-p", str(stand.folder), "-c", "nginx.conf", "-e", "stderr"])


def test_nginx_does_what_the_guard_says(stand: Stand) -> None:
    check_usual_answers(stand)


def test_while_the_guard_is_down_nginx_does_as_it_was_told(stand: Stand) -> None:
    stand.stop("guard")
    assert stand.ask("sk-closed").status == 200
    stand.start_guard()
    assert stand.ask("sk-closed").status == 403
    stand.stop("guard")
    stand.stop("front")
    config = stand.folder / "nginx.conf"
    config.write_text(config.read_text().replace("error_page 500 502 504 = @unasked;", ""))
    start(stand)
    assert stand.ask("sk-honest").status == 500
