"""Obligations are carried out on requests and whole replies of every API; what was given stays as it was."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest

from stillwatch.core.decision import NO_OBLIGATIONS, Obligations, Withhold
from stillwatch.core.errors import InputError
from stillwatch.guard.obligations import (
    apply_to_reply,
    apply_to_reply_bytes,
    apply_to_request,
    changes_reply,
    changes_request,
    note_of,
)
from stillwatch.guard.reply_fields import REASONING_NOTE

CHAT = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
ASK = {"model": "m", "input": "Hi"}
TRIM = Obligations(strip_logprobs=True)
ONE = Obligations(max_choices=1)
FEW = Obligations(max_tokens=100)
HIDE = Obligations(withhold_reasoning=Withhold.STRIP)
NOTE = Obligations(withhold_reasoning=Withhold.SUMMARISE)
NOTED = {"type": "thinking", "thinking": REASONING_NOTE, "signature": ""}

REQUESTS: dict[str, tuple[Obligations, str, dict[str, Any], dict[str, Any]]] = {
    "nothing": (NO_OBLIGATIONS, "", CHAT | {"logprobs": True}, CHAT | {"logprobs": True}),
    "log-probabilities": (TRIM, "", CHAT | {"logprobs": True, "top_logprobs": 5, "prompt_logprobs": 1}, CHAT),
    "responses' log-probabilities": (
        TRIM,
        "",
        ASK | {"include": ["message.output_text.logprobs", "file_search_call.results"], "top_logprobs": 3},
        ASK | {"include": ["file_search_call.results"]},
    ),
    "nested log-probabilities": (
        TRIM,
        "",
        {"inputs": "Hi", "parameters": {"top_n_tokens": 4, "decoder_input_details": True, "seed": 1}},
        {"inputs": "Hi", "parameters": {"seed": 1}},
    ),
    "the prompt's log-probabilities": (
        Obligations(strip_prompt_logprobs=True),
        "",
        CHAT | {"logprobs": 3, "prompt_logprobs": 1, "echo": True, "extra_body": {"prompt_logprobs": 20}},
        CHAT | {"logprobs": 3, "extra_body": {}},
    ),
    "alternatives": (
        Obligations(max_logprobs=5),
        "",
        CHAT | {"logprobs": True, "top_logprobs": 20, "parameters": {"top_n_tokens": 9}},
        CHAT | {"logprobs": True, "top_logprobs": 5, "parameters": {"top_n_tokens": 5}},
    ),
    "few alternatives": (Obligations(max_logprobs=5), "", CHAT | {"logprobs": 2}, CHAT | {"logprobs": 2}),
    "the sampler": (
        Obligations(strip_sampler=True),
        "",
        CHAT
        | {"watermarking": False, "vllm_xargs": {"a": 1}, "seed": 3, "extra_body": {"custom_logit_processor": "x"}},
        CHAT | {"seed": 3, "extra_body": {}},
    ),
    "no sampler": (Obligations(strip_sampler=True), "", CHAT | {"temperature": 1}, CHAT | {"temperature": 1}),
    "choices": (ONE, "", CHAT | {"n": 8, "best_of": 9}, CHAT | {"n": 1, "best_of": 1}),
    "few choices": (Obligations(max_choices=4), "", CHAT | {"n": 3}, CHAT | {"n": 3}),
    "tokens": (FEW, "", CHAT | {"max_tokens": 4000}, CHAT | {"max_tokens": 100}),
    "fewer tokens": (FEW, "", CHAT | {"max_completion_tokens": 10}, CHAT | {"max_completion_tokens": 10}),
    "no cap on tokens": (FEW, "/v1/chat/completions", CHAT, CHAT | {"max_tokens": 100}),
    "endless tokens": (FEW, "", CHAT | {"max_tokens": -1}, CHAT | {"max_tokens": 100}),
    "no cap in responses": (FEW, "/v1/responses", ASK, ASK | {"max_output_tokens": 100}),
    "ollama": (
        FEW,
        "/api/chat",
        CHAT | {"options": {"num_predict": 500, "top_k": 1}},
        CHAT | {"options": {"num_predict": 100, "top_k": 1}},
    ),
    "no cap in ollama": (FEW, "/api/chat", CHAT, CHAT | {"options": {"num_predict": 100}}),
    "no cap in sglang": (
        FEW,
        "/generate",
        {"text": "Hi", "sampling_params": {"temperature": 1}},
        {"text": "Hi", "sampling_params": {"temperature": 1, "max_new_tokens": 100}},
    ),
    "no cap in tgi": (FEW, "/generate", {"inputs": "Hi"}, {"inputs": "Hi", "parameters": {"max_new_tokens": 100}}),
    "thinking within the cap": (
        Obligations(max_tokens=2000),
        "/v1/messages",
        CHAT | {"max_tokens": 9000, "thinking": {"type": "enabled", "budget_tokens": 8000}},
        CHAT | {"max_tokens": 2000, "thinking": {"type": "enabled", "budget_tokens": 1999}},
    ),
    "too few tokens to think": (
        FEW,
        "/v1/messages",
        CHAT | {"max_tokens": 9000, "thinking": {"type": "enabled", "budget_tokens": 8000}},
        CHAT | {"max_tokens": 100, "thinking": {"type": "disabled"}},
    ),
    "another model": (Obligations(route_to="small"), "", CHAT, CHAT | {"model": "small"}),
    "tags": (
        Obligations(tags=("a", "b")),
        "",
        CHAT | {"metadata": {"k": "v"}},
        CHAT | {"metadata": {"k": "v", "stillwatch_tags": "a,b"}},
    ),
    "our own note goes back to no engine": (
        NOTE,
        "",
        {"messages": [{"role": "assistant", "content": [NOTED, {"type": "text", "text": "4"}]}]},
        {"messages": [{"role": "assistant", "content": [{"type": "text", "text": "4"}]}]},
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_requests(name: str) -> None:
    obligations, path, body, expected = REQUESTS[name]
    before = copy.deepcopy(body)
    found = apply_to_request(body, obligations, path)
    assert found == expected
    assert body == before
    assert (found is body) == (expected == body)


def test_anthropic_s_metadata_are_left_alone() -> None:
    assert apply_to_request(CHAT, Obligations(tags=("a",)), "/v1/messages") is CHAT


REPLY = {"choices": [{"message": {"content": "4", "reasoning": "2+2"}, "logprobs": {"content": [1]}}]}


@pytest.mark.parametrize(
    ("obligations", "choice"),
    [
        (NO_OBLIGATIONS, REPLY["choices"][0]),
        (TRIM, {"message": {"content": "4", "reasoning": "2+2"}, "logprobs": None}),
        # its log-probabilities would name the tokens of the reasoning
        (HIDE, {"message": {"content": "4"}, "logprobs": None}),
        (NOTE, {"message": {"content": "4", "reasoning": REASONING_NOTE}, "logprobs": None}),
    ],
)
def test_replies(obligations: Obligations, choice: dict[str, Any]) -> None:
    before = copy.deepcopy(REPLY)
    assert apply_to_reply(REPLY, obligations) == {"choices": [choice]}
    assert orjson.loads(apply_to_reply_bytes(orjson.dumps(REPLY), obligations)) == {"choices": [choice]}
    assert before == REPLY


@pytest.mark.parametrize("data", [b'{ "choices": [] }', b"[1]", b"", b" "])
def test_bytes_with_nothing_to_change_stay_as_they_are(data: bytes) -> None:
    assert apply_to_reply_bytes(data, HIDE) == data


def test_a_reply_that_cannot_be_read_is_not_vouched_for() -> None:
    assert apply_to_reply_bytes(b"{", NO_OBLIGATIONS) == b"{"
    with pytest.raises(InputError, match="no JSON"):
        apply_to_reply_bytes(b"{", HIDE)


def test_what_must_be_read_at_all() -> None:
    asked = (NO_OBLIGATIONS, TRIM, ONE, FEW, HIDE, NOTE, Obligations(tags=("a",)), Obligations(route_to="m"))
    assert [changes_request(one) for one in asked] == [False] + [True] * 7
    assert [changes_reply(one) for one in asked] == [False, True, False, False, True, True, False, False]
    assert [note_of(one) for one in (NO_OBLIGATIONS, HIDE, NOTE)] == ["", "", REASONING_NOTE]
