"""Log-probabilities are made coarser wherever an API or an engine puts them, and nothing else is changed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from stillwatch.core.decision import Obligations
from stillwatch.guard.logprob_bounds import bound_logprobs
from stillwatch.guard.obligations import apply_to_reply
from stillwatch.guard.reply_stream import ReplyStream

A = {"token": "a", "logprob": -0.1054, "bytes": [97]}
B = {"token": "b", "logprob": -2.3026, "bytes": [98]}
C = {"token": "c", "logprob": -9999.0, "bytes": [99]}


def rounded(one: dict[str, Any]) -> dict[str, Any]:
    return one | {"logprob": round(one["logprob"], 2)}


BOUNDED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "chat": (
        {
            "choices": [{"logprobs": {"content": [A | {"top_logprobs": [C, A, B]}], "refusal": None}}],
            "usage": {"n": 0.125},
        },
        {
            "choices": [
                {"logprobs": {"content": [rounded(A) | {"top_logprobs": [rounded(A), rounded(B)]}], "refusal": None}}
            ],
            "usage": {"n": 0.125},
        },
    ),
    "completion": (
        {
            "choices": [
                {
                    "logprobs": {
                        "tokens": ["a"],
                        "token_logprobs": [-0.1054],
                        "top_logprobs": [{"b": -2.3026, "c": -7.0, "a": -0.1054}, None],
                    }
                }
            ]
        },
        {
            "choices": [
                {
                    "logprobs": {
                        "tokens": ["a"],
                        "token_logprobs": [-0.11],
                        "top_logprobs": [{"a": -0.11, "b": -2.3}, None],
                    }
                }
            ]
        },
    ),
    "responses' delta": (
        {"type": "response.output_text.delta", "delta": "a", "logprobs": [A | {"top_logprobs": [A, B, C]}]},
        {
            "type": "response.output_text.delta",
            "delta": "a",
            "logprobs": [rounded(A) | {"top_logprobs": [rounded(A), rounded(B)]}],
        },
    ),
    "vllm's prompt": (
        {"prompt_logprobs": [None, {"7": {"logprob": -0.1054, "rank": 1}, "8": {"logprob": -2.0, "rank": 9}}]},
        {"prompt_logprobs": [None, {"7": {"logprob": -0.11, "rank": 1}, "8": {"logprob": -2.0, "rank": 9}}]},
    ),
    "sglang": (
        {
            "meta_info": {
                "output_token_logprobs": [[-0.1054, 7, None]],
                "output_top_logprobs": [[[-0.1054, 7, None], [-2.0, 8, None], [-3.0, 9, None]]],
            }
        },
        {
            "meta_info": {
                "output_token_logprobs": [[-0.11, 7, None]],
                "output_top_logprobs": [[[-0.11, 7, None], [-2.0, 8, None]]],
            }
        },
    ),
    "text-generation-inference": (
        {
            "token": {"id": 1, "logprob": -0.1054},
            "top_tokens": [{"id": 1, "logprob": -0.1}, {"id": 2, "logprob": -1.0}],
        },
        {"token": {"id": 1, "logprob": -0.11}, "top_tokens": [{"id": 1, "logprob": -0.1}, {"id": 2, "logprob": -1.0}]},
    ),
}


@pytest.mark.parametrize(("reply", "coarse"), BOUNDED.values(), ids=BOUNDED)
def test_each_place(reply: dict[str, Any], coarse: dict[str, Any]) -> None:
    before = copy.deepcopy(reply)
    assert bound_logprobs(reply, most=2, decimals=2) == coarse
    assert reply == before
    assert bound_logprobs(coarse, most=2, decimals=2) is coarse


def test_each_bound_alone() -> None:
    reply = {"choices": [{"logprobs": {"content": [A | {"top_logprobs": [A, B]}]}}]}
    fewer = bound_logprobs(reply, most=1, decimals=0)
    assert fewer == {"choices": [{"logprobs": {"content": [A | {"top_logprobs": [A]}]}}]}
    coarse = bound_logprobs(reply, most=0, decimals=1)["choices"][0]["logprobs"]["content"][0]
    assert [one["logprob"] for one in coarse["top_logprobs"]] == [-0.1, -2.3]


def test_a_stream_is_bounded_too() -> None:
    stream = ReplyStream(Obligations(max_logprobs=1, logprob_decimals=1))
    event = b'data: {"choices": [{"logprobs": {"content": [{"logprob": -0.123, "top_logprobs": []}]}}]}\n\n'
    assert b'"logprob":-0.1,' in stream.feed(event)


def test_those_of_the_prompt_alone_are_left_out() -> None:
    reply = {"prompt_logprobs": [None, {"7": {"logprob": -1.0}}], "choices": [{"logprobs": {"content": [A]}}]}
    kept = apply_to_reply(reply, Obligations(strip_prompt_logprobs=True))
    assert kept == {"prompt_logprobs": [], "choices": [{"logprobs": {"content": [A]}}]}
