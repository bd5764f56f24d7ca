"""The callbacks, called as the router of vLLM's production stack calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from guarded import Told
from starlette.requests import Request

from stillwatch.core.decision import Action
from stillwatch.faces.gateway import vllm_router
from stillwatch.faces.gateway.open_point import SETTINGS_VARIABLE
from stillwatch.faces.gateway.vllm_router import RouterGuard
from stillwatch.service.guarding.exchange_log import Exchanged

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """
version = "1"
mode = "enforce"
on_failure = "deny"
[[rule]]
name = "closed"
accounts = ["closed"]
respond = "block"
[[rule]]
name = "trimmed"
accounts = ["trimmed"]
respond = "trim"
max_tokens = 2
[[rule]]
name = "dear"
accounts = ["dear"]
respond = "throttle"
tokens_per_minute = 10
burst = 10
per = "account"
"""
USAGE = b'{"usage": {"prompt_tokens": 90, "completion_tokens": 10}}'


def request(account: str) -> Request:
    headers = [(b"x-account", account.encode())]
    scope = {"type": "http", "method": "POST", "path": "/v1/chat/completions", "query_string": b"", "headers": headers}
    return Request(scope | {"client": ("127.0.0.1", 9), "server": ("router", 80), "scheme": "http"})


def test_it_refuses_and_lets_through() -> None:
    guard = RouterGuard(Told(POLICY).point)
    assert guard.pre_request(request("a-1"), b'{"model": "m"}', {"model": "m"}) is None
    refused = guard.pre_request(request("closed"), b'{"model": "m"}', {"model": "m"})
    assert refused is not None
    assert (refused.status_code, refused.headers["x-stillwatch-decision"]) == (403, "d-1")


def test_what_it_cannot_carry_out_is_answered_as_declared() -> None:
    told = Told(POLICY)
    refused = RouterGuard(told.point).pre_request(request("trimmed"), b'{"model": "m"}', {"model": "m"})
    assert refused is not None
    assert (refused.status_code, told.last.degraded[0]) == (
        503,
        "failed: this router changes neither requests nor replies",
    )
    told = Told(POLICY.replace("deny", "allow"))
    assert RouterGuard(told.point).pre_request(request("trimmed"), b'{"model": "m"}', {"model": "m"}) is None
    assert told.last.action is Action.ALLOW


@pytest.mark.parametrize("content", [USAGE, b"data: " + USAGE + b"\n\ndata: [DONE]\n\n"], ids=["whole", "stream"])
def test_tokens_are_booked_when_the_reply_is_over(content: bytes) -> None:
    guard = RouterGuard(Told(POLICY).point)
    asked = request("dear")
    assert guard.pre_request(asked, b"{}", {}) is None
    guard.post_request(asked, content)
    refused = guard.pre_request(request("dear"), b"{}", {})
    assert refused is not None
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "540")


def test_the_router_asks_for_it_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "policy.toml").write_text('version = "1"')
    (tmp_path / "guard.toml").write_text('policy = "policy.toml"')
    monkeypatch.setenv(SETTINGS_VARIABLE, str(tmp_path / "guard.toml"))
    found: Any = vllm_router.GUARD
    assert isinstance(found, RouterGuard)
    with pytest.raises(AttributeError):
        _ = vllm_router.OTHER


def test_what_is_over_is_told_for_the_log() -> None:
    told, over = Told(POLICY), list[Exchanged]()
    told.point.on_exchange = over.append
    guard, asked = RouterGuard(told.point), request("a-1")
    assert guard.pre_request(asked, b'{"model": "m"}', {}) is None
    assert over == []
    guard.post_request(asked, USAGE)
    assert guard.pre_request(request("closed"), b"{}", {}) is not None
    assert [(one.facts.account_id, one.body, one.status, one.output_tokens) for one in over] == [
        ("a-1", b'{"model": "m"}', 0, 100),
        ("closed", b"{}", 403, 0),
    ]
