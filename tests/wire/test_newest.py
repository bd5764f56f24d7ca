"""The newest turn is what the whole conversation says, found with less work."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.wire.messages import read_request
from stillwatch.wire.newest import Newest, read_newest

_TEXT = st.sampled_from(("", "a", "b c", "\ud83d", "line\nline"))
_BLOCK = st.one_of(
    _TEXT,
    st.none(),
    st.fixed_dictionaries({"type": st.sampled_from(("text", "input_text", "refusal", "image_url")), "text": _TEXT}),
    st.fixed_dictionaries({"type": st.sampled_from(("thinking", "redacted_thinking")), "signature": _TEXT}),
    st.fixed_dictionaries({"type": st.sampled_from(("tool_result", "tool_call_response")), "content": _TEXT}),
    st.fixed_dictionaries({"text": _TEXT, "thoughtSignature": _TEXT}),
    st.builds(lambda text: {"type": "tool_result", "reasoningContent": {"signature": text}}, _TEXT),
    st.fixed_dictionaries({"toolResult": st.fixed_dictionaries({"content": _TEXT})}),
    st.fixed_dictionaries({"type": st.lists(st.none())}),
)
_MESSAGE = st.one_of(
    _TEXT,
    st.none(),
    st.builds(
        lambda role, content, more: {"role": role, "content": content} | more,
        st.sampled_from(("user", "assistant", "tool", "system", "Human", "other", 5)),
        st.one_of(_TEXT, st.none(), st.lists(_BLOCK, max_size=3), _BLOCK),
        st.one_of(
            st.just({}), st.fixed_dictionaries({"thinking_blocks": st.lists(_BLOCK, max_size=2), "parts": _TEXT})
        ),
    ),
    st.fixed_dictionaries({"type": st.just("function_call_output"), "output": _TEXT}),
    st.fixed_dictionaries({"type": st.just("reasoning"), "id": _TEXT, "encrypted_content": _TEXT}),
    st.fixed_dictionaries({"parts": st.lists(st.fixed_dictionaries({"text": _TEXT}), max_size=2)}),
)


@given(
    st.sampled_from((("messages", "system"), ("input", "instructions"), ("contents", "systemInstruction"))),
    st.lists(_MESSAGE, max_size=6),
    st.one_of(st.none(), _TEXT, st.lists(st.fixed_dictionaries({"text": _TEXT}), max_size=2)),
)
def test_equal_to_the_whole_conversation(names: tuple[str, str], messages: list[Any], system: Any) -> None:
    body = {names[0]: messages, names[1]: system}
    whole = read_request(body)
    signatures = tuple(filter(None, (whole.reasoning_in or "").split("\n")))
    assert read_newest(body) == Newest(whole.prompt_text, whole.system_text, signatures)


@pytest.mark.parametrize(
    ("body", "prompt"),
    [
        ({}, None),
        ({"prompt": "Go on"}, "Go on"),
        ({"messages": '[{"role": "user", "content": "as text"}]'}, "as text"),
        ({"messages": None, "input": "Hi"}, "Hi"),
        ({"messages": 5}, None),
    ],
)
def test_shapes_of_a_body(body: dict[str, Any], prompt: str | None) -> None:
    assert read_newest(body) == Newest(prompt, None, ())


def test_an_agents_results_are_no_turn_of_its_user() -> None:
    result = {"role": "user", "content": [{"type": "tool_result", "content": "long" * 9}]}
    call = {"role": "assistant", "content": [{"type": "tool_use"}]}
    asked = [{"role": "user", "content": "Mend it"}, {"role": "user", "content": "please"}]
    assert read_newest({"messages": [*asked, call, result, call, result]}).prompt_text == "Mend it\nplease"
