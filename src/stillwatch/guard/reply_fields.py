"""What of a reply may be withheld, wherever an API or an engine puts it: log-probabilities and reasoning.

>>> message_without_reasoning({"content": "Four.", "reasoning_content": "Two and two..."}, "")
{'content': 'Four.'}

Each function gives back what it was given where there is nothing to leave out, so that a caller can tell by identity
whether bytes may go on untouched; else a new value. A note, where one is given, takes the place of what is left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

REASONING_NOTE: Final = "The model's reasoning is not shown to this account."
"""What a customer reads in place of reasoning, where it is summarised."""

REASONING_BLOCKS: Final = frozenset(("thinking", "redacted_thinking", "reasoning", "reasoning.encrypted"))
"""Types of content blocks: Anthropic's, and those of engines that put reasoning among the blocks."""

_TEXTS: Final = ("reasoning_content", "reasoning", "thinking")
"""Fields of a message or its delta with reasoning as text: DeepSeek, vLLM, SGLang; OpenRouter and vLLM; Ollama."""
_OTHERS: Final = ("reasoning_details", "thinking_blocks", "reasoning_items", "reasoning_signature", "reasoning_text")
"""The same in parts, signed or encrypted: OpenRouter, LiteLLM."""
_INNER: Final = ("provider_specific_fields", "psf")
"""Where LiteLLM repeats what an engine sent."""

_CUT: Final[dict[str, Any]] = {}
_CONTENT: Final = {"content": {"logprobs": _CUT}}
_LOGPROBS: Final[dict[str, Any]] = {
    # OpenAI's chat and completions, and what vLLM adds
    "choices": {"logprobs": _CUT, "prompt_logprobs": _CUT},
    "prompt_logprobs": _CUT,
    # OpenAI's responses: deltas and Ollama's own API, parts, items, the whole
    "logprobs": _CUT,
    "part": {"logprobs": _CUT},
    "item": _CONTENT,
    "output": _CONTENT,
    "response": {"output": _CONTENT},
    # SGLang's own API
    "meta_info": {
        f"{side}_{kind}": _CUT
        for side in ("input", "output")
        for kind in ("token_logprobs", "top_logprobs", "token_ids_logprobs")
    },
    # TGI's own API
    "details": dict.fromkeys(("tokens", "prefill", "top_tokens", "best_of_sequences"), _CUT),
    "token": {"logprob": _CUT},
    "top_tokens": _CUT,
    # llama.cpp's own API
    "completion_probabilities": _CUT,
}
"""Field → what lies below it; an empty table = this is left out. Lists are walked through."""


_PROMPT_LOGPROBS: Final[dict[str, Any]] = {
    "choices": {"prompt_logprobs": _CUT},
    "prompt_logprobs": _CUT,
    "meta_info": {f"input_{kind}": _CUT for kind in ("token_logprobs", "top_logprobs", "token_ids_logprobs")},
    "details": {"prefill": _CUT},
}


def without_logprobs(body: dict[str, Any]) -> dict[str, Any]:
    """A reply, or one event of it, without log-probabilities: null stands for a value, an empty list for a list."""
    return map_logprobs(body, _nothing)


def without_prompt_logprobs(body: dict[str, Any]) -> dict[str, Any]:
    """The same without those of what was sent."""
    found: dict[str, Any] = _mapped(body, _PROMPT_LOGPROBS, _nothing)
    return found


def map_logprobs(body: dict[str, Any], change: Callable[[str, Any], Any]) -> dict[str, Any]:
    """A reply, or one event of it, with each place that holds log-probabilities changed.

    Args:
        body: Of any chat API; not changed.
        change: Given the name of a field and what it holds; gives what stands there instead.
    """
    found: dict[str, Any] = _mapped(body, _LOGPROBS, change)
    return found


def _nothing(name: str, found: Any) -> Any:
    del name
    return [] if isinstance(found, list) else None


def _mapped(value: Any, tree: dict[str, Any], change: Callable[[str, Any], Any]) -> Any:
    if isinstance(value, list):
        items = [_mapped(one, tree, change) for one in value]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if not isinstance(value, dict):
        return value
    changed: dict[str, Any] = {}
    for name, below in tree.items():
        found = value.get(name)
        if found is None or found == []:
            continue
        if below:
            if (kept := _mapped(found, below, change)) is not found:
                changed[name] = kept
        elif (kept := change(name, found)) != found:
            changed[name] = kept
    return value | changed if changed else value


def message_without_reasoning(message: dict[str, Any], note: str) -> dict[str, Any]:
    """A message, a delta of one, or a reply that is itself a message (Anthropic's)."""
    changed: dict[str, Any] = {}
    gone: set[str] = set()
    for name in _TEXTS:
        if message.get(name):
            gone.add(name)
            if note:
                changed[name] = note
    gone.update(name for name in _OTHERS if message.get(name))
    if isinstance(content := message.get("content"), list) and (kept := _blocks(content, note)) is not content:
        changed["content"] = kept
    for name in _INNER:
        inner = message.get(name)
        if isinstance(inner, dict) and (found := message_without_reasoning(inner, note)) is not inner:
            changed[name] = found
    if not changed and not gone:
        return message
    return {name: changed.get(name, value) for name, value in message.items() if name in changed or name not in gone}


def _blocks(content: list[Any], note: str) -> list[Any]:
    if not any(is_reasoning_block(block) for block in content):
        return content
    kept = [noted_block(note) if is_reasoning_block(block) else block for block in content]
    return [block for block in kept if block is not None]


def is_reasoning_block(block: Any) -> bool:
    return isinstance(block, dict) and isinstance(kind := block.get("type"), str) and kind in REASONING_BLOCKS


def noted_block(note: str) -> dict[str, Any] | None:
    """What stands for a block of reasoning: Anthropic's block without a signature; None where there is no note."""
    return {"type": "thinking", "thinking": note, "signature": ""} if note else None


def output_without_reasoning(output: list[Any], note: str) -> list[Any]:
    """The output items of OpenAI's responses."""
    if not any(is_reasoning_block(item) for item in output):
        return output
    kept = [noted_item(item, note) if is_reasoning_block(item) else item for item in output]
    return [item for item in kept if item is not None]


def noted_item(item: dict[str, Any], note: str) -> dict[str, Any] | None:
    """What stands for a reasoning item: its id, and the note as its summary; None where there is no note."""
    if not note:
        return None
    kept = {name: item[name] for name in ("id", "type", "status") if name in item}
    return kept | {"summary": [{"type": "summary_text", "text": note}]}


def reply_without_reasoning(body: dict[str, Any], note: str) -> dict[str, Any]:
    """A whole reply of any API."""
    changed: dict[str, Any] = {}
    if isinstance(choices := body.get("choices"), list):
        kept = [_choice(choice, note) for choice in choices]
        if any(new is not old for new, old in zip(kept, choices, strict=True)):
            changed["choices"] = kept
    if (
        isinstance(output := body.get("output"), list)
        and (rest := output_without_reasoning(output, note)) is not output
    ):
        changed["output"] = rest
    inner = body.get("message")
    if isinstance(inner, dict) and (message := message_without_reasoning(inner, note)) is not inner:
        changed["message"] = message
    whole = body | changed if changed else body
    return whole if _has_settings(body) else message_without_reasoning(whole, note)


def _choice(choice: Any, note: str) -> Any:
    """One choice: its message or delta, and a completion's own fields."""
    if not isinstance(choice, dict):
        return choice
    changed: dict[str, Any] = {}
    for name in ("message", "delta"):
        inner = choice.get(name)
        if isinstance(inner, dict) and (kept := message_without_reasoning(inner, note)) is not inner:
            changed[name] = kept
    kept = message_without_reasoning(choice | changed if changed else choice, note)
    return without_logprobs_of_reasoning(kept, choice)


def without_logprobs_of_reasoning(kept: dict[str, Any], choice: dict[str, Any]) -> dict[str, Any]:
    """A choice that lost reasoning loses its log-probabilities: they name each token, those of the reasoning too."""
    if kept is choice or not kept.get("logprobs"):
        return kept
    return kept | {"logprobs": None}


def _has_settings(body: dict[str, Any]) -> bool:
    """Whether `reasoning` at the top repeats the request's settings (OpenAI's responses) and is no reasoning."""
    return body.get("object") == "response"
