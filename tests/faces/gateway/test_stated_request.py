from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from guarded import Told

from guard_rows import AT
from stillwatch.core.identity import Identity
from stillwatch.core.request_facts import BodySeen, RequestFacts
from stillwatch.faces.gateway.stated_request import check_stated

NOTHING = RequestFacts("", AT)


def test_what_is_stated_by_name_stands_above_headers_and_body() -> None:
    told = Told(identity=Identity(account_header="x-account", end_user_fields=("user",)))
    check_stated(
        {
            "request_id": "r-1",
            "path": "/v1/chat/completions?x=y",
            "account_id": "stated",
            "client_address": "198.51.100.9",
            "headers": {"X-Account": "header", "User-Agent": "sdk/1", "x-number": 3},
            "body": {"model": "m", "n": 4, "user": "reader-1"},
        },
        NOTHING,
        told.point,
    )
    facts = told.facts
    assert (facts.request_id, facts.path, facts.account_id) == ("r-1", "/v1/chat/completions", "stated")
    assert (facts.client_address, facts.client_prefix) == ("198.51.100.9", "198.51.100")
    assert (facts.model, facts.choices, facts.end_user_id) == ("m", 4, "reader-1")
    assert facts.body_seen is BodySeen.WHOLE


def test_a_body_may_be_text_as_it_came() -> None:
    told = Told()
    check_stated({"body": '{"model": "m"}'}, NOTHING, told.point)
    assert (told.facts.model, told.facts.body_seen, told.facts.size_bytes) == ("m", BodySeen.WHOLE, 14)
    check_stated({"body": '{"model": "m", "mess', "is_whole": False}, NOTHING, told.point)
    assert (told.facts.model, told.last.degraded) == ("m", ("body: partial",))
    check_stated({"body": "no JSON"}, NOTHING, told.point)
    assert told.last.degraded == ("body: malformed",)


def test_without_a_body_it_is_said_that_there_was_none() -> None:
    told = Told()
    check_stated({"account_id": "honest"}, NOTHING, told.point)
    assert told.last.degraded == ("body: none",)


def test_a_trace_that_is_stated_stands_above_that_of_the_call() -> None:
    told = Told()
    call = NOTHING._replace(trace_parent="call", trace_state="c=1")
    check_stated({"headers": {"traceparent": "stated"}}, call, told.point)
    assert (told.facts.trace_parent, told.facts.trace_state) == ("stated", "")
    check_stated({"headers": {"x-other": "1"}}, call, told.point)
    assert (told.facts.trace_parent, told.facts.trace_state) == ("call", "c=1")
