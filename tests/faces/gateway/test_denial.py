from __future__ import annotations

import orjson
import pytest

from stillwatch.core.decision import Action, Decision
from stillwatch.faces.gateway.denial import Denial, Shape, denial_of, shape_of, told_of

CHAT = "/v1/chat/completions"
REASON = "Your account is suspended."


def of(decision: Decision, path: str = CHAT) -> Denial:
    return denial_of(decision, path)


def test_a_throttled_request_is_told_the_seconds_to_wait_in_whole_ones() -> None:
    found = of(Decision(action=Action.THROTTLE, reason="Too fast.", retry_after_s=0.2, id="d-1"))
    assert found.status == 429
    assert found.headers == (
        ("content-type", "application/json"),
        ("x-stillwatch-decision", "d-1"),
        ("retry-after", "1"),
    )
    assert orjson.loads(found.body) == {
        "error": {
            "message": "Too fast. Reference: d-1.",
            "type": "requests",
            "param": None,
            "code": "rate_limit_exceeded",
            "decision_id": "d-1",
        }
    }


def test_a_block_looks_like_the_api_that_was_called() -> None:
    blocked = Decision(action=Action.BLOCK, reason=REASON, rule="operators", id="d-2")
    assert of(blocked).status == of(blocked, "/anthropic/v1/messages").status == 403
    assert orjson.loads(of(blocked).body)["error"]["code"] == "access_suspended"
    assert orjson.loads(of(blocked, "/anthropic/v1/messages").body) == {
        "type": "error",
        "error": {"type": "permission_error", "message": f"{REASON} Reference: d-2."},
        "request_id": "d-2",
    }


def test_a_challenge_says_where_to_go_in_the_message_and_in_a_field() -> None:
    asked = Decision(action=Action.CHALLENGE, reason="Verify.", challenge_url="https://verify.example", id="d-3")
    found = orjson.loads(of(asked).body)["error"]
    assert of(asked).status == 403
    assert found["challenge_url"] == "https://verify.example"
    assert found["message"] == "Verify. Verify at https://verify.example to go on. Reference: d-3."


def test_a_request_that_could_not_be_checked_is_our_fault_and_may_be_asked_again() -> None:
    failed = Decision(action=Action.BLOCK, reason="Try again.", degraded=("failed: MemoryError",), id="d-4")
    assert of(failed).status == 503
    assert ("retry-after", "1") in of(failed).headers


def test_what_is_let_through_is_no_denial() -> None:
    with pytest.raises(ValueError, match="allow is no denial"):
        of(Decision(action=Action.ALLOW))


def test_only_visible_changes_are_told() -> None:
    assert told_of(Decision(action=Action.ALLOW)) == ()
    assert told_of(Decision(action=Action.ALLOW, applied=("trim", "route"))) == (
        ("x-stillwatch-applied", "trim, route"),
    )


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/v1/messages", Shape.ANTHROPIC),
        ("/v1/messages/count_tokens", Shape.ANTHROPIC),
        ("/v1/threads/t-1/messages", Shape.OPENAI),
        ("/v1/responses", Shape.OPENAI),
        ("", Shape.OPENAI),
    ],
)
def test_the_shape_is_that_of_the_path(path: str, shape: Shape) -> None:
    assert shape_of(path) is shape
