"""Portkey's gateway itself, with the configuration that we ship."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from gateway_stand import CHAT, Reply, Stand, ask, running
from npm_packages import MODULES, node

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "@portkey-ai/gateway"
TRIMMED = """
[[rule]]
name = "trimmed"
accounts = ["acct-trimmed"]
respond = "trim"
strip_logprobs = true
max_tokens = 256
"""
ASKED: dict[str, Any] = {"model": "m", "logprobs": True, "messages": [{"role": "user", "content": "Hi"}]}


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    node(PACKAGE)
    with running(tmp_path, start, "portkey-config.json") as made:
        yield made


def start(stand: Stand) -> None:
    server = MODULES / PACKAGE / "build" / "start-server.js"
    stand.start("front", [node(PACKAGE), str(server), f"--port={stand.ports['front']}", "--headless"])


def asked(stand: Stand, account: str) -> Reply:
    config = json.loads((stand.folder / "portkey-config.json").read_text()) | {"api_key": "none"}
    headers = {
        "content-type": "application/json",
        "x-portkey-config": json.dumps(config),
        "x-portkey-metadata": json.dumps({"_user": account}),
    }
    return ask(stand.ports["front"], CHAT, json.dumps(ASKED).encode(), headers)


def said(reply: Reply) -> dict[str, Any]:
    """What the guard said, as Portkey passes it on to the customer."""
    return reply.body["hook_results"]["before_request_hooks"][0]["checks"][0]["data"]["responseData"]


def test_portkey_does_what_the_guard_says(stand: Stand) -> None:
    honest = asked(stand, "acct-honest")
    assert (honest.status, honest.body["choices"]) == (200, [])
    assert json.loads(stand.bodies[-1]) == ASKED
    closed = asked(stand, "acct-closed")
    assert (closed.status, closed.body["error"]["type"]) == (446, "hooks_failed")
    assert said(closed)["error"]["message"].startswith("This account is closed. Questions: trust@lab.example.")
    trial = [asked(stand, "acct-trial") for _ in range(3)]
    assert [one.status for one in trial] == [200, 200, 446]
    assert (said(trial[-1])["status"], 1 <= int(said(trial[-1])["retry_after"]) <= 30) == (429, True)
    assert len(stand.bodies) == 3


def test_portkey_sends_on_what_the_guard_made_of_a_request(stand: Stand) -> None:
    policy = stand.folder / "policy.toml"
    policy.write_text(policy.read_text().replace("t-1", "t-2") + TRIMMED)
    until = time.monotonic() + 10
    while "policy t-2 is in force" not in (stand.folder / "guard.log").read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    assert asked(stand, "acct-trimmed").status == 200
    assert json.loads(stand.bodies[-1]) == {"model": "m", "messages": ASKED["messages"], "max_tokens": 256}


def test_while_the_guard_is_down_portkey_goes_by_its_own_setting(stand: Stand) -> None:
    stand.stop("guard")
    assert asked(stand, "acct-honest").status == 200
    config = stand.folder / "portkey-config.json"
    plain = json.loads(config.read_text())
    plain["before_request_hooks"][0]["checks"][0]["parameters"]["failOnError"] = True
    config.write_text(json.dumps(plain))
    assert asked(stand, "acct-honest").status == 446
