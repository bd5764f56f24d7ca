"""Decisions as lines: which are told, and what they say."""

from __future__ import annotations

import json
import time

import pytest

from stillwatch.core.decision import Action, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.service.guarding.decision_log import DecisionLog, decision_line, is_told
from stillwatch.service.guarding.segments import Segments

FACTS = RequestFacts("r-1", 1.5, account_id="acct-1", path="/v1/chat/completions")
CASES = {
    "nothing known": (Decision(action=Action.ALLOW, degraded=("body: none",)), False),
    "observed": (Decision(action=Action.ALLOW, observed=("r",)), True),
    "denied": (Decision(action=Action.BLOCK), True),
    "exempt": (Decision(action=Action.ALLOW, subject="red team"), True),
    "failed": (Decision(action=Action.ALLOW, degraded=("failed: X",)), True),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_told(name):
    decision, told = CASES[name]
    assert is_told(decision) is told


def test_a_line_says_who_what_and_why():
    decision = Decision(
        action=Action.ALLOW, rule="r", observed=("r",), shadowed=Action.BLOCK, subject="c-1", confidence=0.9
    )
    assert json.loads(decision_line(FACTS, decision)) == {
        "at": "1970-01-01T00:00:01.500000Z",
        "request_id": "r-1",
        "action": "allow",
        "rule": "r",
        "observed": ["r"],
        "shadowed": "block",
        "subject": "c-1",
        "confidence": 0.9,
        "account_id": "acct-1",
        "path": "/v1/chat/completions",
        "on_failure": "allow",
    }


def test_the_log_is_written_beside_the_request_path(tmp_path):
    log = DecisionLog(Segments(tmp_path, "decisions", clock=time.time))
    log.note(FACTS, Decision(action=Action.ALLOW))
    log.note(FACTS, Decision(action=Action.BLOCK, id="d-1"))
    log.close()
    (file,) = tmp_path.iterdir()
    assert [json.loads(line)["id"] for line in file.read_bytes().splitlines()] == ["d-1"]
