"""Log-probabilities are found in whole reply bodies, in whatever record they stand."""

from __future__ import annotations

import json

from exchange_log import quiet
from stillwatch.logs.reading import Reading
from stillwatch.service.licences.licensed_exchanges import Logs
from stillwatch.service.licences.logged_logprobs import LoggedLogprobs
from stillwatch.wire.token_logprobs import Likely, Placed

ITEM = {"token": "a", "logprob": -0.5, "top_logprobs": []}


def body(number):
    return {"id": f"c-{number}", "choices": [{"logprobs": {"content": [ITEM | {"logprob": -float(number)}]}}]}


def test_bodies_in_records_of_any_form(tmp_path):
    records = [
        {"response": {"body": body(1)}},
        {"response": json.dumps(body(2))},
        [{"deep": {"deeper": [body(3)]}}],
        {"id": "c-4", "choices": [{"message": {"content": "a"}}]},
        {"response": "{ no JSON with logprobs"},
    ]
    (tmp_path / "log.jsonl").write_text("".join(f"{json.dumps(record)}\n" for record in records), "utf-8")
    with (tmp_path / "spill").open("w+b") as spill:
        found = LoggedLogprobs(Logs((str(tmp_path / "log.jsonl"),), Reading(), quiet), spill)
        assert len(found) == 3
        for number in (3, 1, 2):
            assert found.of(f"c-{number}") == (Placed(Likely(b"a", None, -float(number)), ()),)
        assert found.of("c-4") == ()
