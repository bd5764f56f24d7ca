"""Payloads as hypothesis makes them: mostly what LiteLLM writes, with odd values in every place."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import strategies as st


def dumps(value: Any) -> bytes:
    return orjson.dumps(value, default=str)


texts = st.one_of(
    st.sampled_from(["", "redacted-by-litellm", "a\nb", 'quote " and \\ back', "täglich 東京 😀", "\x00", "{}", "[1]"]),
    st.text(max_size=12),
)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 2**63), st.floats(allow_nan=False, allow_infinity=False), texts
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)
blocks = st.one_of(
    anything,
    st.fixed_dictionaries(
        {"type": st.sampled_from(["text", "input_text", "image_url", "tool_use", "tool_result", "thinking"])},
        optional={
            "text": texts,
            "content": anything,
            "signature": texts,
            "cache_control": anything,
            "thoughtSignature": texts,
        },
    ),
)
messages = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["user", "assistant", "system", "tool", "developer", "ai", "User", "critic", None]),
        "content": st.one_of(texts, texts, texts, st.none(), st.lists(blocks, max_size=3), anything),
        "name": texts,
        "tool_calls": anything,
        "parts": anything,
        "thinking_blocks": st.lists(blocks, max_size=2),
        "type": st.sampled_from(["message", "reasoning"]),
    },
)
chats = st.one_of(st.lists(messages, max_size=5), st.lists(messages, max_size=5), anything, messages)
counted = st.one_of(st.integers(0, 99), st.integers(0, 99), scalars)
usages = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            "prompt_tokens": counted,
            "completion_tokens": counted,
            "input_tokens": counted,
            "prompt_tokens_details": st.one_of(
                st.none(), st.fixed_dictionaries({}, optional={"cached_tokens": counted})
            ),
            "completion_tokens_details": st.fixed_dictionaries({}, optional={"reasoning_tokens": counted}),
            "cache_read_input_tokens": counted,
        },
    ),
    anything,
)
signed = st.fixed_dictionaries({"type": st.just("thinking")}, optional={"signature": texts, "data": texts})
answers = st.fixed_dictionaries(
    {},
    optional={
        "finish_reason": st.one_of(st.just("stop"), scalars),
        "type": scalars,
        "message": st.fixed_dictionaries(
            {"role": st.just("assistant")},
            optional={
                "content": st.one_of(texts, texts, st.none(), st.lists(blocks, max_size=2)),
                "thinking_blocks": st.one_of(st.none(), st.lists(signed, max_size=2)),
                "reasoning_items": st.one_of(st.none(), st.lists(blocks, max_size=2)),
                "refusal": st.one_of(st.none(), texts),
                "tool_calls": anything,
            },
        ),
    },
)
replies = st.one_of(
    st.fixed_dictionaries(
        {"choices": st.lists(answers, max_size=2)},
        optional={"id": st.one_of(texts, scalars), "model": st.one_of(texts, scalars), "usage": usages},
    ),
    anything,
)
errors = st.one_of(
    st.fixed_dictionaries({}, optional={"error_class": scalars, "error_code": scalars}), st.just({}), anything
)
metadata = st.one_of(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(
                ("user_api_key_user_id", "user_api_key_hash", "user_api_key_org_id", "user_agent"), scalars
            ),
            "usage_object": usages,
            "error_information": errors,
            "requester_metadata": anything,
        },
    ),
    anything,
)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    plain = {
        "litellm_call_id": "call",
        "model_parameters": {"temperature": 0.5},
        "hidden_params": {},
        "startTime": 1772355600.25,
        "status": "success",
        "metadata": draw(metadata),
        "messages": draw(chats),
        "response": draw(replies),
    }
    odd = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "status": st.one_of(st.just("failure"), scalars),
                "error_information": errors,
                "startTime": st.one_of(st.floats(1, 4e9), scalars),
                "endTime": st.one_of(st.floats(1, 4e9), st.integers(1, 4 * 10**9), scalars),
                "prompt_tokens": counted,
                "completion_tokens": counted,
                "response_cost": scalars,
                "model_parameters": anything,
                "end_user": scalars,
                "call_type": st.sampled_from(["acompletion", "abatch", None]),
                "unheard_of": anything,
                "user_agent": scalars,
            },
        )
    )
    record = plain | odd
    for name in draw(st.sets(st.sampled_from(sorted(record)), max_size=2)):
        if draw(st.booleans()):
            del record[name]
        elif not isinstance(record[name], str):
            record[name] = dumps(record[name]).decode("utf-8", "replace")
    return record
