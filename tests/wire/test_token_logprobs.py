"""Log-probabilities are read in the spelling of every API, or not at all."""

from __future__ import annotations

import pytest

from stillwatch.wire.token_logprobs import Likely, Placed, read_token_logprobs

ITEM = {
    "token": "é",
    "bytes": [195, 169],
    "logprob": -0.5,
    "top_logprobs": [{"token": "e", "bytes": [101], "logprob": -1.5}, {"token": "é", "bytes": None, "logprob": -0.5}],
}
CHOSEN = Likely("é".encode(), None, -0.5)
TOPS = {"e": -1.5, "é": -0.5}
PLACED = Placed(CHOSEN, (CHOSEN, Likely(b"e", None, -1.5)))
BODIES = {
    "chat": ({"choices": [{"message": {}, "logprobs": {"content": [ITEM]}}]}, (PLACED,)),
    "chat without alternatives": (
        {"choices": [{"logprobs": {"content": [ITEM | {"top_logprobs": []}]}}]},
        (Placed(CHOSEN, ()),),
    ),
    "tokens as ids": (
        {"choices": [{"logprobs": {"content": [{"token": "token_id:42", "bytes": [1], "logprob": -1}]}}]},
        (Placed(Likely(b"", 42, -1.0), ()),),
    ),
    "completions": (
        {
            "choices": [
                {"logprobs": {"tokens": ["é"], "token_logprobs": [-0.5], "top_logprobs": [{"e": -1.5, "é": -0.5}]}}
            ]
        },
        (PLACED,),
    ),
    "responses": ({"output": [{"type": "message", "content": [{"text": "é", "logprobs": [ITEM]}]}]}, (PLACED,)),
    "Gemini": (
        {
            "candidates": [
                {
                    "logprobsResult": {
                        "chosenCandidates": [{"token": "é", "tokenId": 7, "logProbability": -0.5}],
                        "topCandidates": [{"candidates": [{"token": "é", "tokenId": 7, "logProbability": -0.5}]}],
                    }
                }
            ]
        },
        (Placed(Likely("é".encode(), 7, -0.5), (Likely("é".encode(), 7, -0.5),)),),
    ),
    "none asked for": ({"choices": [{"message": {"content": "é"}, "logprobs": None}]}, ()),
    "several choices": ({"choices": [{"logprobs": {"content": [ITEM]}}] * 2}, ()),
    "no number": ({"choices": [{"logprobs": {"content": [ITEM | {"logprob": "x"}]}}]}, ()),
    "another thing": ({"data": []}, ()),
}


@pytest.mark.parametrize("name", BODIES)
def test_every_api(name):
    body, expected = BODIES[name]
    assert read_token_logprobs(body) == expected
