from __future__ import annotations

from typing import Any

from stillwatch.wire.blocks import Content, plain_text, read_content, short_signature


def test_text_results_and_signatures_are_told_apart() -> None:
    content = [
        "bare",
        {"type": "text", "text": "said"},
        {"type": "image", "source": {}},
        {"type": "tool_result", "content": [{"type": "text", "text": "found"}]},
        {"type": "thinking", "thinking": "Hm.", "signature": "sig-1"},
        {"text": "thought", "thought": True},
    ]
    assert read_content(content) == Content("bare\nsaid", "found", ["sig-1"])


def test_long_signatures_become_digests_that_stay_equal() -> None:
    assert short_signature("s" * 5000) == short_signature("s" * 5000) != short_signature("s" * 4999)
    assert len(short_signature("s" * 5000)) < 64


def test_nesting_is_bounded() -> None:
    value: Any = "deep"
    for _ in range(5000):
        value = {"content": [value]}
    assert plain_text(value) == ""
