"""One line for each reply: under which mark it went out, beside the request path."""

from __future__ import annotations

import json
import time

import pytest

from stillwatch.core.decision import Action, Decision, Obligations
from stillwatch.core.request_facts import RequestFacts
from stillwatch.service.attribution.read_deployed import DeployedFile
from stillwatch.service.attribution.served_register import ServedRegister, has_reply
from stillwatch.service.guarding.exchange_log import Exchanged
from stillwatch.service.guarding.segments import Segments
from stillwatch.wire.headers import Headers

AT = 1_795_348_800.0
DEPLOYED = {
    "at": "2026-11-22T00:00:00+00:00",
    "engine": "vllm",
    "release": "0.33",
    "models": ["lab-1"],
    "scheme": "vllm_gumbel",
    "parameters": {"context_width": 2},
    "label": "global/2026-11-16",
    "key_id": "0badcafe",
    "leaf": 4,
    "tokenizer_sha256": "ab",
}
ALLOWED = Decision(action=Action.ALLOW)
MARKED = {
    "at": "2026-11-22T12:00:00Z",
    "ids": ["r-1", "x-1", "chatcmpl-1"],
    "account_id": "a-1",
    "model": "lab-1",
    "output_tokens": 12,
    "carries": "yes",
    "engine": "vllm",
    "release": "0.33",
    "scheme": "vllm_gumbel",
    "label": "global/2026-11-16",
    "key_id": "0badcafe",
    "leaf": 4,
    "tokenizer_sha256": "ab",
    "parameters": {"context_width": 2},
}


def exchanged(*, decision=ALLOWED, status=200, path="/v1/chat/completions", model="lab-1", tokens=12, **asked):
    body = json.dumps({"model": model, "messages": [], **asked}).encode()
    facts = RequestFacts("r-1", AT, account_id="a-1", model=model, path=path)
    return Exchanged(facts, decision, Headers([("X-Request-Id", "x-1")]), body, status, AT + 1, tokens, "chatcmpl-1")


def noted(tmp_path, *exchanges):
    (tmp_path / "deployed.jsonl").write_text(json.dumps(DEPLOYED) + "\n", "utf-8")
    segments = Segments(tmp_path / "served", "served", clock=time.time)
    register = ServedRegister(segments, DeployedFile(tmp_path / "deployed.jsonl"))
    for one in exchanges:
        register.note(one)
    register.close()
    return [json.loads(line) for file in (tmp_path / "served").glob("*") for line in file.read_bytes().splitlines()]


def test_a_line_holds_all_that_a_later_test_must_know(tmp_path):
    assert noted(tmp_path, exchanged()) == [MARKED]


@pytest.mark.parametrize(
    ("one", "carries"),
    [
        (exchanged(temperature=0), "no"),
        (exchanged(watermarking=False), "no"),
        (
            exchanged(
                watermarking=False, decision=Decision(action=Action.ALLOW, obligations=Obligations(strip_sampler=True))
            ),
            "yes",
        ),
        (exchanged(decision=Decision(action=Action.ALLOW, obligations=Obligations(route_to="other"))), "no"),
        (exchanged(model="other"), "no"),
        (exchanged()._replace(body=b""), "unknown"),
    ],
    ids=["without chance", "opted out", "opted out and stripped", "routed to another", "another model", "unread"],
)
def test_a_reply_carries_the_mark_as_the_engine_got_the_request(tmp_path, one, carries):
    (line,) = noted(tmp_path, one)
    assert line["carries"] == carries


@pytest.mark.parametrize(
    ("one", "is_told"),
    [
        (exchanged(), True),
        (exchanged(status=0), True),
        (exchanged(status=0, tokens=0), False),
        (exchanged(status=500), False),
        (exchanged(path="/v1/embeddings"), False),
        (exchanged(decision=Decision(action=Action.BLOCK, id="d-1"), status=403), False),
    ],
    ids=["answered", "of a status nobody told", "the client had left", "failed", "embeddings", "denied"],
)
def test_only_replies_in_words_are_told(one, is_told):
    assert has_reply(one) is is_told
