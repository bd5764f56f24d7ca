"""Messages that a trace wrote as one attribute for each leaf, put together again.

OpenLLMetry and LiteLLM write `gen_ai.prompt.0.content`; OpenInference writes `llm.input_messages.0.message.content`.
"""

from __future__ import annotations

from typing import Any, Final

_MOST_MESSAGES: Final = 100_000


def indexed(found: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    """Attributes `prefix.N.rest` as a list of `{rest: value}` in order of N; what is not so named is left out."""
    start = prefix + "."
    items: dict[int, dict[str, Any]] = {}
    for name, value in found.items():
        if name.startswith(start):
            place, _, rest = name[len(start) :].partition(".")
            if rest and place.isascii() and place.isdigit() and len(place) < 7:
                items.setdefault(int(place), {})[rest] = value
    return [items[place] for place in sorted(items)[:_MOST_MESSAGES]]


def openllmetry_messages(found: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    """`gen_ai.prompt.N.*` or `gen_ai.completion.N.*` as messages."""
    return [item for item in indexed(found, prefix) if "content" in item or "role" in item]


def openinference_messages(found: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    """`llm.input_messages.N.message.*` or `llm.output_messages...` as messages."""
    return [_openinference_message(item) for item in indexed(found, prefix)]


def _openinference_message(item: dict[str, Any]) -> dict[str, Any]:
    parts = [
        {"type": part.get("message_content.type", "text"), "text": part.get("message_content.text")}
        for part in indexed(item, "message.contents")
    ]
    return {"role": item.get("message.role", "user"), "content": item.get("message.content") or parts}
