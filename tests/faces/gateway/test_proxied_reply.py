"""Replies in every dress: what must be rewritten and cannot be read is not passed on."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from guarded import POLICY, Told
from running_proxy import RawEngine, RunningProxy, reply

HIDES = POLICY + '\n[[rule]]\nname = "hidden"\naccounts = ["hidden"]\nrespond = "withhold_reasoning"\n'
THOUGHT = {"message": {"content": "4", "thinking": "secret"}, "eval_count": 3, "prompt_eval_count": 4}
JSON = json.dumps(THOUGHT).encode()

REPLIES = {
    "json": (reply(JSON, "content-type: application/json; charset=utf-8"), b"200"),
    "a json text on each line": (reply(JSON + b"\n" + JSON + b"\n", "content-type: application/x-ndjson"), b"200"),
    "events": (reply(b"data: " + JSON + b"\n\n", "content-type: text/event-stream"), b"200"),
    "without a type": (reply(JSON), b"200"),
    "an error": (reply(b'{"error": "4"}', "content-type: application/json", status="404 Not Found"), b"404"),
    "nothing": (reply(b"", "content-type: application/json"), b"200"),
    "sound": (reply(b"4\x00", "content-type: audio/mpeg"), b"200"),
    "no json": (reply(b"secret", "content-type: text/plain"), b"502"),
    "cut json": (reply(JSON[:-4], "content-type: application/json"), b"502"),
    "compressed": (reply(JSON, "content-type: application/json", "content-encoding: br"), b"502"),
    "compressed events": (reply(JSON, "content-type: text/event-stream", "content-encoding: br"), b"502"),
}


def asked(proxy: RunningProxy, account: str) -> bytes:
    head = (
        f"POST /api/chat HTTP/1.1\r\nhost: p\r\nx-account: {account}\r\ncontent-length: 2\r\nconnection: close\r\n\r\n"
    )
    return proxy.raw(head.encode() + b"{}")


@pytest.mark.parametrize("name", REPLIES)
def test_what_is_withheld_never_goes_on(name: str) -> None:
    answer, status = REPLIES[name]
    with RawEngine(answer) as engine, RunningProxy(engine.url, told=Told(HIDES)) as proxy:
        found = asked(proxy, "hidden")
        assert found.split(b" ")[1] == status
        assert b"secret" not in found
        assert status == b"502" or name == "nothing" or b"4" in found.partition(b"\r\n\r\n")[2]
        assert proxy.outcome.ended == ("refused" if status == b"502" else "whole")


@pytest.mark.parametrize("name", REPLIES)
def test_where_nothing_is_withheld_all_goes_on(name: str) -> None:
    answer, _ = REPLIES[name]
    with RawEngine(answer) as engine, RunningProxy(engine.url, told=Told(HIDES)) as proxy:
        found = asked(proxy, "a").partition(b"\r\n\r\n")
        assert found[2].replace(b"\r\n", b"").endswith(answer.partition(b"\r\n\r\n")[2].replace(b"\r\n", b""))


@pytest.mark.parametrize(("name", "tokens"), [("json", 7), ("events", 7), ("a json text on each line", 7)])
@pytest.mark.parametrize("account", ["a", "hidden"])
def test_tokens_are_counted_either_way(name: str, tokens: int, account: str) -> None:
    with RawEngine(REPLIES[name][0]) as engine, RunningProxy(engine.url, told=Told(HIDES)) as proxy:
        asked(proxy, account)
        assert proxy.outcome.tokens == tokens


def test_a_head_is_answered_with_a_head() -> None:
    with (
        RawEngine(b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\nconnection: close\r\n\r\n") as engine,
        RunningProxy(engine.url, told=Told(HIDES)) as proxy,
    ):
        found = proxy.raw(b"HEAD /v1/models HTTP/1.1\r\nhost: p\r\nx-account: hidden\r\nconnection: close\r\n\r\n")
        assert found.startswith(b"HTTP/1.1 200")
        assert found.endswith(b"\r\n\r\n")
