"""The conversation with Envoy, message by message."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from guarded import POLICY, Told

from stillwatch.faces.gateway.ext_proc_exchange import ExtProcExchange
from stillwatch.faces.gateway.ext_proc_messages import ProcessingRequest
from stillwatch.service.guarding.exchange_log import Exchanged

RULES = POLICY + '\n[[rule]]\nname = "hidden"\naccounts = ["hidden"]\nrespond = "withhold_reasoning"\n'
THOUGHT = {"choices": [{"index": 0, "message": {"content": "4", "reasoning": "secret"}}], "usage": {"prompt_tokens": 9}}


def begun(account: str, body: bytes = b'{"model": "m"}') -> tuple[ExtProcExchange, Any]:
    """An exchange, and the answer to its request."""
    exchange = ExtProcExchange(Told(RULES).point, "r-1")
    head = {":method": "POST", ":path": "/v1/chat/completions?x=1", "x-account": account}
    listed = [{"key": name, "raw_value": value.encode()} for name, value in head.items()]
    sent = ProcessingRequest(request_headers={"headers": {"headers": listed}})
    assert exchange.take(sent).WhichOneof("response") == "request_headers"
    return exchange, exchange.take(ProcessingRequest(request_body={"body": body, "end_of_stream": True}))


def replied(exchange: ExtProcExchange, kind: str, **more: str) -> Any:
    listed = [{"key": name.replace("_", "-"), "raw_value": value.encode()} for name, value in more.items()]
    listed.append({"key": "content-type", "raw_value": kind.encode()})
    return exchange.take(ProcessingRequest(response_headers={"headers": {"headers": listed}}))


def part(exchange: ExtProcExchange, body: bytes, *, is_last: bool = False) -> bytes | None:
    """What Envoy sends in place of a part; None = an answer of our own."""
    answer = exchange.take(ProcessingRequest(response_body={"body": body, "end_of_stream": is_last}))
    if answer.WhichOneof("response") != "response_body":
        return None
    mutation = answer.response_body.response.body_mutation
    return b"" if mutation.clear_body else mutation.body or body


def headers_of(mutation: Any) -> dict[str, bytes]:
    return {one.header.key: one.header.raw_value for one in mutation.set_headers}


def test_a_denial_is_an_answer_of_our_own() -> None:
    _, answer = begun("closed")
    assert answer.immediate_response.status.code == 403
    assert headers_of(answer.immediate_response.headers)["x-stillwatch-decision"] == b"d-1"
    assert json.loads(answer.immediate_response.body)["error"]["code"] == "access_suspended"


def test_where_nothing_changes_envoy_goes_on_alone() -> None:
    exchange, answer = begun("a")
    assert not answer.request_body.response.HasField("body_mutation")
    head = replied(exchange, "text/event-stream")
    assert (head.HasField("mode_override"), head.mode_override.response_body_mode) == (True, 0)


def test_a_request_is_trimmed_and_its_length_told() -> None:
    _, answer = begun("trimmed", b'{"logprobs": true}')
    common = answer.request_body.response
    assert json.loads(common.body_mutation.body) == {"max_tokens": 256}
    assert headers_of(common.header_mutation)["content-length"] == b"%d" % len(common.body_mutation.body)


def test_a_whole_reply_is_asked_for_as_a_whole() -> None:
    exchange, _ = begun("hidden")
    head = replied(exchange, "application/json")
    assert head.mode_override.response_body_mode == 2
    found = headers_of(head.response_headers.response.header_mutation)
    assert found == {"x-stillwatch-applied": b"withhold_reasoning"}
    kept = part(exchange, json.dumps(THOUGHT).encode(), is_last=True)
    assert kept is not None
    assert json.loads(kept)["choices"] == [{"index": 0, "message": {"content": "4"}}]


def test_a_stream_is_rewritten_as_it_comes() -> None:
    exchange, _ = begun("hidden")
    head = replied(exchange, "text/event-stream", content_length="9")
    assert head.mode_override.response_body_mode == 1
    assert list(head.response_headers.response.header_mutation.remove_headers) == ["content-length"]
    event = b'data: {"choices":[{"index":0,"delta":{"reasoning":"secret"}}]}\n\n'
    assert part(exchange, event[:30]) == b""
    assert part(exchange, event[30:]) == b'data: {"choices":[{"index":0,"delta":{}}]}\n\n'
    assert part(exchange, b"data: [DONE]\n\n", is_last=True) == b"data: [DONE]\n\n"


def test_what_cannot_be_read_is_not_passed_on() -> None:
    exchange, _ = begun("hidden")
    assert replied(exchange, "application/json", content_encoding="br").immediate_response.status.code == 502
    exchange, _ = begun("hidden")
    replied(exchange, "application/json")
    assert part(exchange, b'{"reasoning": "secr', is_last=True) is None
    _, answer = begun("hidden", b"no JSON")
    assert answer.immediate_response.status.code == 400


def test_tokens_are_booked_at_the_end() -> None:
    told = Told(
        'version = "1"\nmode = "enforce"\n[[rule]]\nname = "m"\naccounts = ["m"]\nrespond = "throttle"\n'
        "tokens_per_minute = 5\nburst = 5\n"
    )
    codes = []
    for number in range(2):
        exchange = ExtProcExchange(told.point, f"r-{number}")
        listed = [{"key": ":path", "raw_value": b"/v1/x"}, {"key": "x-account", "raw_value": b"m"}]
        head = {"headers": {"headers": listed}, "end_of_stream": True}
        codes.append(exchange.take(ProcessingRequest(request_headers=head)).immediate_response.status.code)
        if not codes[-1]:
            assert replied(exchange, "application/json").mode_override.response_body_mode == 2
            assert part(exchange, json.dumps(THOUGHT).encode(), is_last=True) == json.dumps(THOUGHT).encode()
        exchange.close()
    assert codes == [0, 429]


@pytest.mark.parametrize("kind", ["request_trailers", "response_trailers", "response_headers"])
def test_messages_without_a_request_before_them_are_answered(kind: str) -> None:
    exchange = ExtProcExchange(Told().point, "r-1")
    assert exchange.take(ProcessingRequest(**{kind: {}})).WhichOneof("response") == kind
    exchange.take(ProcessingRequest())
    exchange.close()


def test_what_is_over_is_told_for_the_log() -> None:
    over = list[Exchanged]()
    for account, kind in (("a", "text/event-stream"), ("hidden", "application/json"), ("closed", "")):
        exchange, _ = begun(account)
        exchange._point.on_exchange = over.append
        if kind:
            replied(exchange, kind, **{":status": "200"})
        if account == "hidden":
            part(exchange, json.dumps(THOUGHT).encode(), is_last=True)
        exchange.close()
    assert [(one.facts.account_id, one.body, one.status, one.output_tokens) for one in over] == [
        ("a", b'{"model": "m"}', 200, 0),
        ("hidden", b'{"model": "m"}', 200, 9),
        ("closed", b'{"model": "m"}', 403, 0),
    ]
