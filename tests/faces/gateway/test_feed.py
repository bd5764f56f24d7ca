"""Receiving what gateways log: taken and on disk, or answered so that the sender does the right thing."""

from __future__ import annotations

import gzip
import json

import pytest

from stillwatch.faces.gateway.feed import Feed, FeedSettings
from stillwatch.faces.gateway.http_message import Asked
from stillwatch.logs.formats.litellm_payload import FORMAT
from stillwatch.wire.headers import Headers

PAYLOADS = [record for case in FORMAT.cases for record in case.records]
SPAN = {
    "resourceSpans": [
        {"scopeSpans": [{"spans": [{"traceId": "5b8e", "attributes": [{"key": "gen_ai.operation.name"}]}]}]}
    ]
}


@pytest.fixture
def feed(tmp_path):
    return Feed(FeedSettings(out=tmp_path), clock=lambda: 0.0)


def _asked(body, path="/litellm", *, is_whole=True, **headers):
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Asked("POST", path, "", Headers(named), body, is_whole, "127.0.0.1")


def _dumped(records=PAYLOADS):
    return json.dumps(records).encode()


def _written(tmp_path):
    return [json.loads(line) for file in sorted(tmp_path.rglob("*.jsonl")) for line in file.read_bytes().splitlines()]


BATCHES = {
    "an array": _dumped(),
    "one a line": b"\n".join(json.dumps(one).encode() for one in PAYLOADS),
}


@pytest.mark.parametrize("name", BATCHES)
def test_batches_of_litellm_are_on_disk_when_they_are_acknowledged(feed, tmp_path, name):
    answer = feed.answer(_asked(BATCHES[name], content_type="application/json"))
    assert (answer.status, json.loads(answer.body)) == (200, {"accepted": len(PAYLOADS), "rejected": 0})
    assert _written(tmp_path) == PAYLOADS


def test_a_single_record_and_a_packed_batch_are_taken(feed, tmp_path):
    assert feed.answer(_asked(_dumped(PAYLOADS[0]))).status == 200
    assert feed.answer(_asked(gzip.compress(_dumped()), content_encoding="gzip")).status == 200
    assert _written(tmp_path) == [PAYLOADS[0], *PAYLOADS]
    assert feed.counts.records == {"litellm": 1 + len(PAYLOADS)}


def test_what_is_no_payload_is_counted_and_the_rest_taken(feed, tmp_path):
    answer = feed.answer(_asked(_dumped([PAYLOADS[0], None, {"other": 1}])))
    assert json.loads(answer.body) == {"accepted": 1, "rejected": 2}
    assert (_written(tmp_path), feed.counts.rejected) == ([PAYLOADS[0]], {"litellm": 2})


REFUSED = {
    "no JSON": (_asked(b"{"), 400),
    "nothing of it a payload": (_asked(_dumped([{"a": 1}])), 400),
    "no gzip": (_asked(b"not packed", content_encoding="gzip"), 400),
    "gzip that is cut short": (_asked(gzip.compress(b"[]")[:-9], content_encoding="gzip"), 400),
    "a bomb": (_asked(gzip.compress(bytes(3000)), content_encoding="gzip"), 413),
    "unknown packing": (_asked(b"x", content_encoding="br"), 415),
    "cut, as it is too large": (_asked(b"x", is_whole=False, content_length="2001"), 413),
    "cut, as too much is under way": (_asked(b"x", is_whole=False, content_length="20"), 503),
    "another path": (_asked(b"[]", path="/other"), 404),
    "a span that is a text": (_asked(b'{"resourceSpans": 1}', path="/v1/traces", content_type="application/json"), 400),
    "no request at all": (_asked(b"[1]", path="/v1/traces", content_type="application/json"), 400),
    "scopes of another shape": (
        _asked(b'{"resourceSpans": [1]}', path="/v1/traces", content_type="application/json"),
        400,
    ),
    "neither JSON nor protobuf": (_asked(b"", path="/v1/traces", content_type="text/plain"), 415),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_taken_is_answered_so_that_only_the_passing_is_sent_again(tmp_path, name):
    asked, status = REFUSED[name]
    feed = Feed(FeedSettings(out=tmp_path, most_bytes=2000), clock=lambda: 0.0)
    answer = feed.answer(asked)
    assert (answer.status, sum(feed.counts.refused.values()), _written(tmp_path)) == (status, 1, [])
    assert ("retry-after" in dict(answer.headers)) is (status == 503)


def test_a_disk_that_is_full_is_passing(feed, tmp_path):
    (tmp_path / "litellm").write_bytes(b"a file where the folder should be")
    answer = feed.answer(_asked(_dumped()))
    assert (answer.status, feed.counts.refused, feed.counts.records) == (503, {"disk": 1}, {})
    (tmp_path / "litellm").unlink()
    assert feed.answer(_asked(_dumped())).status == 200
    assert _written(tmp_path) == PAYLOADS


def test_a_token_is_asked_for_where_there_is_one(tmp_path):
    feed = Feed(FeedSettings(out=tmp_path, token="secret"), clock=lambda: 0.0)  # noqa: S106  # of a test
    assert feed.answer(_asked(_dumped())).status == 401
    assert feed.answer(_asked(_dumped(), authorization="Bearer other")).status == 401
    assert feed.answer(_asked(_dumped(), authorization="Bearer secret")).status == 200


def test_spans_are_kept_as_lines_and_those_of_other_programs_are_not(feed, tmp_path):
    body = json.dumps(SPAN, indent=1).encode()
    answer = feed.answer(_asked(body, "/v1/traces", content_type="application/json; charset=utf-8"))
    assert (answer.status, answer.body) == (200, b"{}")
    other = {"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "GET /"}, {"name": "GET /"}]}]}]}
    assert feed.answer(_asked(json.dumps(other).encode(), "/v1/traces", content_type="application/json")).status == 200
    assert _written(tmp_path) == [SPAN]
    assert (feed.counts.records, feed.counts.ignored) == ({"otlp": 1}, 2)


def test_it_says_what_it_took(feed):
    feed.answer(_asked(_dumped()))
    feed.answer(_asked(b"{"))
    text = feed.answer(_asked(b"", path="/metrics")._replace(method="GET")).body.decode()
    assert f'stillwatch_ingest_records_total{{source="litellm"}} {len(PAYLOADS)}' in text.splitlines()
    assert 'stillwatch_ingest_refused_total{reason="malformed"} 1' in text.splitlines()
