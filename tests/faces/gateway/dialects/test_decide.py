from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import orjson
from guarded import Told, asked

from stillwatch.faces.gateway.dialect import answer_in
from stillwatch.faces.gateway.dialects.decide import DIALECT


def ask(told: Told, **document: object) -> dict[str, object]:
    found = answer_in(DIALECT, told.point, asked(DIALECT.path, body=orjson.dumps(document)))
    return orjson.loads(found.body)


def test_a_denial_says_all_that_the_customer_is_to_be_told() -> None:
    assert ask(Told(), account_id="unknown", path="/v1/messages") == {
        "action": "challenge",
        "decision_id": "d-1",
        "rule": "verify",
        "subject": "",
        "because": "rule 'verify' on the request alone",
        "obligations": [],
        "shadowed": None,
        "degraded": ["body: none"],
        "policy_version": "t-1",
        "on_failure": "allow",
        "status": 403,
        "headers": {"content-type": "application/json", "x-stillwatch-decision": "d-1"},
        "body": {
            "type": "error",
            "error": {
                "type": "permission_error",
                "message": "We need to verify your account before it can go on. Questions: abuse@lab.example. "
                "Verify at https://verify.example to go on. Reference: d-1.",
            },
            "request_id": "d-1",
        },
    }


def test_an_allowed_request_says_what_to_change() -> None:
    found = ask(Told(), account_id="trimmed", path="/v1/chat/completions", body={"model": "m"})
    assert (found["status"], found["body"], found["obligations"]) == (200, None, ["strip_logprobs", "max_tokens=256"])
    assert found["headers"] == {"x-stillwatch-applied": "trim"}
