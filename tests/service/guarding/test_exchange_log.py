"""The guard's own exchange log reads back as exchanges."""

from __future__ import annotations

import json
import time

from stillwatch.core.decision import Action, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.logs.formats.stillwatch_exchange import FORMAT
from stillwatch.service.guarding.exchange_log import Exchanged, ExchangeLog, exchange_line
from stillwatch.service.guarding.segments import Segments
from stillwatch.wire.headers import Headers

AT = 1_772_355_600.5
FACTS = RequestFacts(
    "r-1", AT, account_id="acct-1", api_key_id="k1", client_address="203.0.113.9", path="/v1/chat/completions"
)
ASKED = {
    "model": "model-large",
    "temperature": 0.2,
    "messages": [{"role": "system", "content": "Judge."}, {"role": "user", "content": "Is it right?"}],
}
HEADERS = Headers([("Host", "sw"), ("User-Agent", "client/1.0")])


def _exchanged(decision: Decision, body: bytes, status: int = 200) -> Exchanged:
    return Exchanged(FACTS, decision, HEADERS, body, status, AT + 1, 12)


def test_a_line_is_an_exchange_of_our_own_format():
    record = json.loads(exchange_line(_exchanged(Decision(action=Action.ALLOW), json.dumps(ASKED).encode())))
    assert FORMAT.matches(record)
    (row,) = FORMAT.read(record)
    expected = {
        "record_id": "r-1",
        "started_at": 1_772_355_600_500_000_000,
        "ended_at": 1_772_355_601_500_000_000,
        "account_id": "acct-1",
        "api_key_id": "k1",
        "client_address": "203.0.113.9",
        "user_agent": "client/1.0",
        "header_order": "host,user-agent",
        "operation": "chat",
        "request_model": "model-large",
        "params": '{"temperature":0.2}',
        "system_text": "Judge.",
        "prompt_text": "Is it right?",
        "turn": 1,
        "status_code": 200,
        "output_tokens": 12,
    }
    assert {name: row.get(name) for name in expected} == expected


def test_a_denial_says_by_which_rule_and_a_body_that_is_no_json_costs_nothing_else():
    denied = Decision(action=Action.BLOCK, rule="operators", id="d-1")
    record = json.loads(exchange_line(_exchanged(denied, b"\xff{", 403)))
    assert (record["status_code"], record["error_type"], record["account_id"]) == (
        403,
        "stillwatch: operators",
        "acct-1",
    )


def test_exchanges_are_written_beside_the_request_path(tmp_path):
    log = ExchangeLog(Segments(tmp_path, "exchanges", clock=time.time))
    log.note(_exchanged(Decision(action=Action.ALLOW), b"{}"))
    log.close()
    (file,) = tmp_path.iterdir()
    assert json.loads(file.read_bytes())["record_id"] == "r-1"
