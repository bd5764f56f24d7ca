"""Parameters are understood in each API's spelling."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.wire.wishes import Wishes, read_wishes


@pytest.mark.parametrize(
    ("body", "wishes"),
    [
        ({}, Wishes()),
        ({"temperature": 1, "logprobs": False, "stream": None, "n": None}, Wishes()),
        ({"logprobs": True, "top_logprobs": 5}, Wishes(logprobs=True)),
        ({"logprobs": 0}, Wishes(logprobs=True)),
        ({"prompt_logprobs": 0}, Wishes(logprobs=True, prompt_logprobs=True)),
        ({"prompt_logprobs": None, "echo": True}, Wishes()),
        ({"echo": True, "logprobs": 1}, Wishes(logprobs=True, prompt_logprobs=True)),
        ({"return_logprob": True, "logprob_start_len": -1}, Wishes(logprobs=True)),
        ({"return_logprob": True, "logprob_start_len": 0}, Wishes(logprobs=True, prompt_logprobs=True)),
        ({"parameters": {"decoder_input_details": True}}, Wishes(logprobs=True, prompt_logprobs=True)),
        ({"logit_bias": {"50256": -100}}, Wishes(biases_tokens=True)),
        ({"logit_bias": {}}, Wishes()),
        ({"watermarking": False}, Wishes(sets_sampler=True)),
        ({"extra_body": {"custom_logit_processor": "{}"}}, Wishes(sets_sampler=True)),
        ({"vllm_xargs": None}, Wishes()),
        ({"include": ["message.output_text.logprobs", 5]}, Wishes(logprobs=True)),
        ({"generationConfig": {"responseLogprobs": True, "candidateCount": 3}}, Wishes(logprobs=True, choices=3)),
        ({"parameters": {"max_new_tokens": 7, "top_n_tokens": 2}}, Wishes(logprobs=True, max_tokens=7)),
        ({"n": 4, "max_tokens": 10, "max_completion_tokens": 20}, Wishes(choices=4, max_tokens=20)),
        ({"n": "many", "max_tokens": -3}, Wishes()),
        ({"inferenceConfig": {"maxTokens": 9}}, Wishes(max_tokens=9)),
        ({"options": {"num_predict": 9}, "think": True}, Wishes(reasoning=True, max_tokens=9)),
        ({"stream": True}, Wishes(stream=True)),
        ({"reasoning_effort": "none"}, Wishes()),
        ({"reasoning_effort": "low"}, Wishes(reasoning=True)),
        ({"reasoning": {"effort": None, "summary": "auto"}}, Wishes(reasoning=True)),
        ({"reasoning": {"effort": "none"}}, Wishes()),
        ({"thinking": {"type": "disabled", "budget_tokens": 5}}, Wishes()),
        ({"thinking": {"type": "enabled", "budget_tokens": 5}}, Wishes(reasoning=True)),
        ({"generationConfig": {"thinkingConfig": {"includeThoughts": True}}}, Wishes(reasoning=True)),
        ({"chat_template_kwargs": {"enable_thinking": False}}, Wishes()),
        ({"include": ["reasoning.encrypted_content"]}, Wishes(reasoning=True)),
        ({"extra_body": {"extra_body": {"extra_body": {"extra_body": {"n": 2}}}}}, Wishes()),
    ],
)
def test_each_spelling(body: dict[str, Any], wishes: Wishes) -> None:
    assert read_wishes(body) == wishes
