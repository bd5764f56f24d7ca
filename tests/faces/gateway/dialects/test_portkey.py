from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from typing import Any

import orjson
from guarded import Told, asked

from stillwatch.faces.gateway.dialect import answer_in
from stillwatch.faces.gateway.dialects.portkey import DIALECT

REQUEST = {"model": "m", "logprobs": True, "messages": [{"role": "user", "content": "Hi"}]}


def ask(told: Told, metadata: dict[str, str], **changed: Any) -> dict[str, Any]:
    document = {
        "request": {"json": REQUEST, "text": "Hi"},
        "response": {"json": {}, "text": ""},
        "provider": "openai",
        "requestType": "chatComplete",
        "metadata": metadata,
        "eventType": "beforeRequestHook",
    }
    found = answer_in(DIALECT, told.point, asked(DIALECT.path, body=orjson.dumps(document | changed)))
    return orjson.loads(found.body)


def test_an_honest_request_is_left_as_it_is() -> None:
    told = Told()
    assert ask(told, {"_user": "honest", "org_id": "org-1"}) == {"verdict": True}
    assert (told.facts.account_id, told.facts.org_id, told.facts.model) == ("honest", "org-1", "m")


def test_a_request_is_rewritten() -> None:
    assert ask(Told(), {"account_id": "trimmed", "_user": "other"}) == {
        "verdict": True,
        "transformedData": {
            "request": {"json": {"model": "m", "messages": REQUEST["messages"], "max_tokens": 256}},
        },
    }


def test_a_denial_says_why() -> None:
    found = ask(Told(), {"account_id": "closed"})
    assert (found["verdict"], found["data"]["status"]) == (False, 403)
    assert found["data"]["error"]["code"] == "access_suspended"


def test_a_reply_is_no_request() -> None:
    told = Told()
    assert ask(told, {"account_id": "closed"}, eventType="afterRequestHook") == {"verdict": True}
    assert told.told == []
