"""An answer that opens as the reasoning does, and goes on so, is noticed; what the two share by nature is not."""

from __future__ import annotations

import random
from typing import Any

import pytest

from stillwatch.guard.exposure import ExposureWatch, Texts, texts_of

VOCABULARY = [
    f"{a}{b}" for a in ("ba", "ko", "mi", "tu", "re", "sa") for b in ("n", "l", "rta", "stem", "x", "ve", "do")
]
PREAMBLE = "Okay, so the customer is asking me about this matter, and I should consider how to go about it. "


def words(seed: str, count: int) -> str:
    generator = random.Random(seed)
    return " ".join(generator.choice(VOCABULARY) for _ in range(count))


PROMPT, THOUGHT, ANSWER = words("prompt", 80), words("thought", 300), words("answer", 120)


def watched(reasoning: str, said: str, prompt: str = "", piece: int = 7) -> ExposureWatch:
    watch = ExposureWatch(prompt)
    for name, text in (("reasoning_content", reasoning), ("content", said)):
        for start in range(0, len(text), piece):
            watch.see({"choices": [{"index": 0, "delta": {name: text[start : start + piece]}}]})
    return watch


CASES = {
    "the reasoning": (PREAMBLE + THOUGHT, "Here it is: " + PREAMBLE + THOUGHT, True),
    "its beginning": (PREAMBLE + THOUGHT, (PREAMBLE + THOUGHT)[:300], True),
    "in other case and punctuation": (
        PREAMBLE + THOUGHT,
        "> " + (PREAMBLE + THOUGHT).upper().replace(" ", " * "),
        True,
    ),
    "with a word lost here and there": (PREAMBLE + THOUGHT, PREAMBLE + " ".join(THOUGHT.split()[1:-3]), True),
    "an answer of its own": (PREAMBLE + THOUGHT, ANSWER, False),
    "a quoted opening": (PREAMBLE + THOUGHT, "I thought: " + PREAMBLE + ANSWER, False),
    "a quoted sentence": (PREAMBLE + THOUGHT, ANSWER + THOUGHT[400:600], False),
    "a draft in the reasoning": (PREAMBLE + THOUGHT + ANSWER, ANSWER, False),
    "a draft at once": (PREAMBLE + ANSWER + THOUGHT, ANSWER, False),
    "the prompt, in both": (PROMPT + THOUGHT, PROMPT + ANSWER, False),
    "no reasoning": ("", ANSWER, False),
}


@pytest.mark.parametrize("piece", [3, 50, 10_000])
@pytest.mark.parametrize("name", CASES)
def test_exposure(name: str, piece: int) -> None:
    reasoning, said, is_exposed = CASES[name]
    assert watched(reasoning, said, PROMPT, piece).is_exposed == is_exposed


def test_few_words_are_enough() -> None:
    assert watched(PREAMBLE + THOUGHT, " ".join((PREAMBLE + THOUGHT).split()[:36])).is_exposed


def test_how_much_came_back() -> None:
    assert watched(THOUGHT, THOUGHT).repeated_share > 0.9
    assert watched(THOUGHT, ANSWER).repeated_share < 0.1


def test_scripts_without_spaces() -> None:
    thought = "首先我需要理解用户的问题然后再考虑如何一步一步地解决它因为这个问题看起来比较复杂"
    assert watched(thought, "我的想法是" + thought, piece=4).is_exposed
    assert not watched(thought, "答案是四", piece=4).is_exposed


def test_each_choice_is_compared_with_its_own_reasoning() -> None:
    watch = ExposureWatch()
    for number in range(100):
        watch.see({"choices": [{"index": number, "delta": {"reasoning": words(str(number), 80)}}]})
    watch.see({"choices": [{"index": 1, "delta": {"content": words("0", 80)}}]})
    assert not watch.is_exposed
    watch.see({"choices": [{"index": 1, "delta": {"content": words("1", 80)}}]})
    assert watch.is_exposed


TEXTS: dict[str, tuple[dict[str, Any], list[Texts]]] = {
    "chat": ({"choices": [{"index": 2, "delta": {"reasoning": "a", "content": "b"}}, None]}, [Texts(2, "a", "b")]),
    "completion": ({"choices": [{"index": 0, "text": "b"}]}, [Texts(0, "", "b")]),
    "message's thought": (
        {"type": "content_block_delta", "delta": {"type": "thinking_delta", "thinking": "a"}},
        [Texts(0, "a", "")],
    ),
    "message's text": (
        {"type": "content_block_delta", "delta": {"type": "text_delta", "text": "b"}},
        [Texts(0, "", "b")],
    ),
    "response's thought": ({"type": "response.reasoning_text.delta", "delta": "a"}, [Texts(0, "a", "")]),
    "response's text": ({"type": "response.output_text.delta", "delta": "b"}, [Texts(0, "", "b")]),
    "response's end": ({"type": "response.output_text.done", "text": "b"}, []),
    "ollama": ({"message": {"thinking": "a", "content": "b"}}, [Texts(0, "a", "b")]),
    "ollama's generate": ({"thinking": "a", "response": "b"}, [Texts(0, "a", "b")]),
    "whole chat": ({"choices": [{"message": {"reasoning": "a", "content": "b"}}]}, [Texts(0, "a", "b")]),
    "whole message": (
        {"content": [{"type": "thinking", "thinking": "a"}, {"type": "text", "text": "b"}]},
        [Texts(0, "a", "b")],
    ),
    "whole response": (
        {
            "output": [
                {"type": "reasoning", "summary": [{"type": "summary_text", "text": "a"}]},
                {"type": "message", "content": [{"type": "output_text", "text": "b"}]},
            ]
        },
        [Texts(0, "a", "b")],
    ),
    "foreign": ({"choices": [{"index": "x", "delta": [1]}]}, [Texts(0, "", "")]),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str) -> None:
    event, expected = TEXTS[name]
    assert texts_of(event) == expected
