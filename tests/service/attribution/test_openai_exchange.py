"""What is posted and read, by the shapes of OpenAI's reference as vLLM gives them too (recorded, shortened)."""

from __future__ import annotations

import pytest

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.service.attribution.openai_exchange import Endpoint, address_of, body_of, output_of
from stillwatch.service.attribution.outputs import Output, Question

CHAT = Endpoint(url="https://a/v1/", model="x", top=2)
PLAIN = Endpoint(url="https://a/v1", model="x", is_chat=False, top=2)
ECHOED = {
    "choices": [
        {
            "text": "Say: one two",
            "logprobs": {
                "text_offset": [0, 3, 4, 8],
                "tokens": ["Say", ":", " one", " two"],
                "token_logprobs": [None, -0.5, -2.0, -1.25],
                "top_logprobs": [None, {":": -0.5}, {" a": -0.1, " one": -2.0}, {" two": -1.25}],
            },
        }
    ],
    "usage": {"completion_tokens": 0},
}
CHATTED = {
    "choices": [
        {
            "message": {"content": "Hi you"},
            "logprobs": {
                "content": [
                    {"token": "Hi", "logprob": -0.1, "top_logprobs": [{"token": "Hi", "logprob": -0.1}]},
                    {
                        "token": " you",
                        "logprob": -0.7,
                        "top_logprobs": [{"token": " you", "logprob": -0.7}, {"token": " all", "logprob": -0.9}],
                    },
                ]
            },
        }
    ],
    "usage": {"completion_tokens": 2},
}


def test_a_chat_tells_what_it_found_likeliest_as_it_wrote() -> None:
    body = body_of(CHAT, Question("Hello"))
    assert (body["logprobs"], body["top_logprobs"]) == (True, 2)
    assert output_of(CHAT, CHATTED, 3, Question("Hello")) == Output(
        3,
        "Hello",
        "Hi you",
        2,
        pieces=("Hi", " you"),
        top=((("Hi", -0.1),), ((" you", -0.7), (" all", -0.9))),
    )
    assert address_of(CHAT) == "https://a/v1/chat/completions"


def test_a_given_text_is_echoed_and_judged_behind_its_prompt() -> None:
    question = Question("Say:", " one two")
    body = body_of(PLAIN, question)
    assert (body["prompt"], body["echo"], body["max_tokens"], body["logprobs"]) == ("Say: one two", True, 0, 2)
    found = output_of(PLAIN, ECHOED, 0, question)
    assert (found.tokens, found.is_given, found.log_probability) == (2, True, -3.25)
    assert found.pieces == (" one", " two")
    assert found.top == (((" a", -0.1), (" one", -2.0)), ((" two", -1.25),))


def test_clean_text_is_judged_from_its_second_token_on() -> None:
    found = output_of(PLAIN, ECHOED, 0, Question("", "Say: one two"))
    assert (found.tokens, found.log_probability) == (3, -3.75)
    assert (len(found.pieces), found.top[0]) == (4, ())


def test_without_top_nothing_is_told() -> None:
    quiet = Endpoint(url="https://a/v1", model="x")
    assert "logprobs" not in body_of(quiet, Question("Hello"))
    assert output_of(quiet, CHATTED, 0, Question("Hello")) == Output(0, "Hello", "Hi you", 2)


def test_a_chat_judges_nothing_and_silence_about_likelihoods_is_named() -> None:
    with pytest.raises(SettingsError, match="--completions"):
        body_of(CHAT, Question("a", "b"))
    for endpoint, question in ((PLAIN, Question("", "a")), (CHAT, Question("a"))):
        reply = {"choices": [{"message": {"content": "x"}, "text": "x", "logprobs": None}]}
        with pytest.raises(PeerError, match="tells log-probabilities"):
            output_of(endpoint, reply, 0, question)
