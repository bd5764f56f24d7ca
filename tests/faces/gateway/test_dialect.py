from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import orjson
import pytest
from guarded import POLICY, Told, asked

from stillwatch.core.request_facts import BodySeen
from stillwatch.faces.gateway.dialect import answer_in
from stillwatch.faces.gateway.routes import dialects

DIALECTS = {one.name: one for one in dialects()}
DENIES = {
    "decide": lambda told: told["status"] == 503,
    "opa": lambda told: not told["result"]["allow"],
    "litellm_guardrail": lambda told: told["action"] == "BLOCKED",
    "portkey": lambda told: not told["verdict"],
}


@pytest.mark.parametrize("name", sorted(DIALECTS))
@pytest.mark.parametrize("on_failure", ["allow", "deny"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"null"])
def test_what_cannot_be_read_is_answered_as_the_policy_declares_and_counted(
    name: str, on_failure: str, body: bytes
) -> None:
    told = Told(POLICY.replace('on_failure = "allow"', f'on_failure = "{on_failure}"'))
    found = answer_in(DIALECTS[name], told.point, asked("/", body=body))
    assert found.status == 200
    assert DENIES[name](orjson.loads(found.body)) is (on_failure == "deny")
    assert told.last.degraded == ("failed: body: malformed",)
    assert told.facts.body_seen is BodySeen.MALFORMED


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_document_of_the_wrong_kinds_never_raises(name: str) -> None:
    told = Told()
    for wrong in (1, "x", [], {}, None, [1], {"headers": 3, "json": [2]}):
        keys = (
            "input",
            "request",
            "metadata",
            "request_data",
            "headers",
            "body",
            "structured_messages",
            "texts",
            "path",
        )
        document = orjson.dumps(dict.fromkeys(keys, wrong))
        assert answer_in(DIALECTS[name], told.point, asked("/", body=document)).status == 200


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_only_post_asks(name: str) -> None:
    told = Told()
    assert answer_in(DIALECTS[name], told.point, asked("/", method="GET")).status == 405
    assert told.told == []


def test_a_document_that_was_cut_is_decided_on_as_far_as_it_came() -> None:
    told = Told()
    body = b'{"account_id": "closed", "path": "/v1/chat/completions", "body": {"model": "m", "messages": [{"role'
    found = answer_in(DIALECTS["decide"], told.point, asked("/decide", body=body, is_whole=False))
    assert orjson.loads(found.body)["status"] == 403
    assert told.last.degraded == ("body: partial",)


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_the_trace_that_a_gateway_asks_in_is_kept_and_a_strangers_is_not(name: str) -> None:
    told = Told()
    document = orjson.dumps({"input": {"account_id": "a-1"}, "account_id": "a-1"})
    call = asked("/", body=document, traceparent="00-a-b-01", tracestate="gw=1")
    answer_in(DIALECTS[name], told.point, call)
    assert (told.facts.trace_parent, told.facts.trace_state) == ("00-a-b-01", "gw=1")
    answer_in(DIALECTS[name], told.point, call._replace(peer="198.51.100.9"))
    assert (told.facts.trace_parent, told.facts.trace_state) == ("", "")
