"""The pieces that a message's content is made of, in every shape that a chat API or a trace writes.

A block is text, a tool's result, or a signed piece of reasoning; anything else (images, tool calls) has no text here.
Blocks may lie inside blocks (a tool result holds a list of them): `_DEPTH` bounds how deep we look, so that a crafted
record costs no more than its size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import xxhash

if TYPE_CHECKING:
    from collections.abc import Iterable

SIGNED_FIELDS: Final = ("thinking_blocks", "reasoning_details", "reasoning_items")
"""Where a message or a reply carries reasoning blocks beside its content."""
_DEPTH: Final = 4
_LONGEST_SIGNATURE: Final = 96
_REASONING_TYPES: Final = frozenset(("thinking", "reasoning", "redacted_thinking", "reasoning.encrypted"))
_TEXT_TYPES: Final = ("text", "input_text", "output_text")
_RESULT_TYPES: Final = frozenset(
    ("tool_result", "tool_call_response", "function_call_output", "custom_tool_call_output", "web_search_tool_result")
)
_RESULT_KEYS: Final = ("toolResult", "functionResponse", "function_response")
_RESULT_FIELDS: Final = ("content", "output", "response", "result", "value")
_SIGNATURE_FIELDS: Final = (
    *("signature", "encrypted_content", "data", "thoughtSignature", "thought_signature", "redactedContent"),
)


class Content(NamedTuple):
    """What a message's content holds: what was said, what tools returned, and its signed reasoning."""

    said: str
    returned: str | None
    signatures: list[str]


def read_content(content: Any) -> Content:
    """Read text, one block, or a list of blocks."""
    if isinstance(content, str):
        return Content(content, None, [])
    said: list[str] = []
    returned: list[str] = []
    signatures: list[str] = []
    for block in _blocks_of(content):
        if isinstance(block, str):
            said.append(block)
        elif isinstance(block, dict):
            _read_block(block, said, returned, signatures)
    return Content("\n".join(said), "\n".join(returned) if returned else None, signatures)


def plain_text(value: Any, depth: int = _DEPTH) -> str:
    """All text within a block, a list of blocks, or text; nothing below `depth` levels."""
    if isinstance(value, str):
        return value
    if depth == 0:
        return ""
    if isinstance(value, dict):
        return _dict_text(value, depth)
    if isinstance(value, (list, tuple)):
        return "\n".join(found for item in value if (found := plain_text(item, depth - 1)))
    return ""


def _dict_text(value: dict[str, Any], depth: int) -> str:
    for name in ("text", "content", "parts", "value"):
        if (inner := value.get(name)) is not None:
            return plain_text(inner, depth - 1)
    return ""


def signatures_of(items: Any) -> list[str]:
    """Short forms of the signatures in a list of reasoning blocks of any shape."""
    return [found for item in _blocks_of(items) if isinstance(item, dict) for found in _signatures(item)]


def signatures_in(content: Any) -> list[str]:
    """The signatures that `read_content` finds, without its text."""
    found: list[str] = []
    for block in _blocks_of(content):
        if not isinstance(block, dict):
            continue
        kind = block.get("type")
        is_text = kind in _TEXT_TYPES and isinstance(block.get("text"), str)
        if (not is_text and _is_reasoning(block, kind)) or "thoughtSignature" in block or "thought_signature" in block:
            found.extend(_signatures(block))
    return found


def holds_results_alone(content: Any) -> bool:
    """Whether a content is nothing but results of tools: the common case, told without joining their text."""
    if type(content) is not list or not content:
        return False
    for block in content:
        if type(block) is not dict or "reasoningContent" in block:
            return False
        kind = block.get("type")
        if type(kind) is not str or kind not in _RESULT_TYPES:
            return False
    return True


def short_signature(value: str) -> str:
    """The signature, or its digest where it is long: equal signatures stay equal and a row stays small."""
    if len(value) <= _LONGEST_SIGNATURE and value.isascii() and value.isprintable():
        return value
    return "xxh3:" + xxhash.xxh3_128_hexdigest(value.encode("utf-8", "replace"))


def _blocks_of(content: Any) -> Iterable[Any]:
    if isinstance(content, (list, tuple)):
        return content
    return (content,) if isinstance(content, dict) else ()


def _read_block(block: dict[str, Any], said: list[str], returned: list[str], signatures: list[str]) -> None:
    kind = block.get("type")
    if kind in _TEXT_TYPES and isinstance(block.get("text"), str):
        said.append(block["text"])
    elif _is_reasoning(block, kind):
        signatures.extend(_signatures(block))
    elif (result := _result_text(block, kind)) is not None:
        returned.append(result)
    elif kind is None or kind in ("text", "refusal"):
        _read_plain_block(block, said)
    if "thoughtSignature" in block or "thought_signature" in block:
        signatures.extend(_signatures(block))


def _is_reasoning(block: dict[str, Any], kind: Any) -> bool:
    if "reasoningContent" in block:
        return True
    return isinstance(kind, str) and kind in _REASONING_TYPES


def _read_plain_block(block: dict[str, Any], said: list[str]) -> None:
    if block.get("thought") is True:
        return  # Gemini's summary of its thoughts: not what was said
    for name in ("text", "content", "value", "refusal"):
        if isinstance(found := block.get(name), str):
            said.append(found)
            return


def _result_text(block: dict[str, Any], kind: Any) -> str | None:
    if isinstance(kind, str) and kind in _RESULT_TYPES:
        return _first_result(block)
    for name in _RESULT_KEYS:
        if isinstance(inner := block.get(name), dict):
            return _first_result(inner)
    return None


def _first_result(block: dict[str, Any]) -> str:
    for name in _RESULT_FIELDS:
        if (inner := block.get(name)) is not None:
            return plain_text(inner)
    return ""


def _signatures(block: dict[str, Any]) -> list[str]:
    """The signed thing itself where it is there; the id of a stored reasoning item otherwise."""
    if "reasoningContent" not in block and type(signature := block.get("signature")) is str and signature:
        return [short_signature(signature)]
    inner = block.get("reasoningContent")
    if isinstance(inner, dict):
        signed = inner.get("reasoningText")
        block = signed if isinstance(signed, dict) else inner
    for name in _SIGNATURE_FIELDS:
        if isinstance(found := block.get(name), str) and found:
            return [short_signature(found)]
    identity = block.get("id")
    return [short_signature(identity)] if isinstance(identity, str) and block.get("type") == "reasoning" else []
