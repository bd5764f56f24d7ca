from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import orjson
from guarded import Told, asked

from stillwatch.faces.gateway.dialect import answer_in
from stillwatch.faces.gateway.dialects.opa import DIALECT


def ask(told: Told, **stated: object) -> dict[str, object]:
    found = answer_in(DIALECT, told.point, asked(DIALECT.path, body=orjson.dumps({"input": stated})))
    return orjson.loads(found.body)


def test_an_allowed_request() -> None:
    assert ask(Told(), account_id="trimmed", path="/v1/chat", body={"model": "m"}) == {
        "decision_id": "",
        "result": {
            "allow": True,
            "action": "allow",
            "status": 200,
            "retry_after_s": 0,
            "challenge_url": "",
            "obligations": ["strip_logprobs", "max_tokens=256"],
            "reasons": [],
            "degraded": [],
        },
    }


def test_a_throttled_request_says_how_long() -> None:
    told = Told()
    results = [ask(told, account_id="fleet-1")["result"] for _ in range(3)]
    assert [one["allow"] for one in results] == [True, True, False]
    assert (results[-1]["action"], results[-1]["status"], results[-1]["retry_after_s"]) == ("throttle", 429, 30)
    assert "Reference: d-1." in results[-1]["reasons"][0]
