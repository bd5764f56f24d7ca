"""The mock keeps to what the other tests rely on."""

from __future__ import annotations

import json
from http.client import HTTPConnection, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any

import pytest
from mock_replies import Answer

if TYPE_CHECKING:
    from mock_upstream import MockUpstream

ASKED = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], "input": "Hi", "prompt": "Hi"}


def post(upstream: MockUpstream, path: str, **body: Any) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", upstream.port, timeout=10)
    connection.request("POST", f"/v1/{path}", json.dumps(ASKED | body))
    return connection.getresponse()


@pytest.mark.parametrize("path", ["chat/completions", "completions", "responses", "messages"])
def test_a_stream_says_the_same_as_the_whole_reply(upstream: MockUpstream, path: str) -> None:
    upstream.answer = Answer(words=("one", "two"), thoughts=("hm",))
    whole = post(upstream, path).read().decode()
    streamed = post(upstream, path, stream=True).read().decode()
    assert "onetwo" in whole
    assert all(word in streamed for word in ("one", "two", "data: {"))
    assert [one.body["model"] for one in upstream.asked] == ["m", "m"]


def test_a_stream_may_die_in_the_middle(upstream: MockUpstream) -> None:
    upstream.answer = Answer(dies_after=2)
    with post(upstream, "chat/completions", stream=True) as reply, pytest.raises((IncompleteRead, ConnectionError)):
        reply.read()


def test_log_probabilities_choices_and_caps_are_as_asked_for(upstream: MockUpstream) -> None:
    found = json.load(post(upstream, "chat/completions", logprobs=True, n=2, max_tokens=1))
    assert [choice["logprobs"]["content"][0]["token"] for choice in found["choices"]] == ["Hello", "Hello"]
    assert [choice["finish_reason"] for choice in found["choices"]] == ["length", "length"]
