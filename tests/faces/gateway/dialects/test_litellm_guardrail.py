from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from typing import Any

import orjson
from guarded import Told, asked

from stillwatch.faces.gateway.dialect import answer_in
from stillwatch.faces.gateway.dialects.litellm_guardrail import DIALECT

KEY = {
    "user_api_key_hash": "a1b2",
    "user_api_key_user_id": "fleet-1",
    "user_api_key_team_id": "team-1",
    "user_api_key_org_id": "org-1",
    "user_api_key_end_user_id": "reader-1",
}


def ask(told: Told, **changed: Any) -> dict[str, Any]:
    document = {
        "input_type": "request",
        "litellm_call_id": "call-1",
        "litellm_trace_id": "trace-1",
        "model": "m",
        "texts": ["Hi"],
        "structured_messages": [{"role": "user", "content": "Hi"}],
        "request_data": KEY,
        "request_headers": {"authorization": "[present]"},
    }
    found = answer_in(DIALECT, told.point, asked(DIALECT.path, body=orjson.dumps(document | changed)))
    return orjson.loads(found.body)


def test_the_key_says_who_it_is() -> None:
    told = Told()
    assert ask(told) == {"action": "NONE"}
    facts = told.facts
    assert (facts.request_id, facts.session_id, facts.model) == ("call-1", "trace-1", "m")
    assert (facts.account_id, facts.api_key_id, facts.user_id) == ("fleet-1", "a1b2", "fleet-1")
    assert (facts.team_id, facts.org_id, facts.end_user_id) == ("team-1", "org-1", "reader-1")


def test_a_placeholder_is_no_account() -> None:
    told = Told()
    ask(told, request_data=KEY | {"user_api_key_user_id": "default_user_id"})
    assert told.facts.account_id == "a1b2"


def test_a_throttled_request_says_its_wait_in_the_reason() -> None:
    told = Told()
    found = [ask(told, litellm_call_id=f"call-{number}") for number in range(3)][-1]
    assert found["action"] == "BLOCKED"
    assert found["blocked_reason"].endswith("Reference: d-1. Try again in 30 s.")


def test_a_reply_is_no_request() -> None:
    told = Told()
    assert ask(told, input_type="response") == {"action": "NONE"}
    assert told.told == []
