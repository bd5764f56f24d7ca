"""Token counts out of any usage object."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from stillwatch.wire.values import count, mapping

_INPUT: Final = ("prompt_tokens", "input_tokens", "inputTokens", "promptTokenCount", "input")
_OUTPUT: Final = ("completion_tokens", "output_tokens", "outputTokens", "candidatesTokenCount", "output")
_CACHE_READ: Final = (
    "cache_read_input_tokens",
    "cacheReadInputTokens",
    "cachedContentTokenCount",
    "input_cached_tokens",
)
_REASONING: Final = ("reasoning_tokens", "thoughtsTokenCount", "output_reasoning_tokens")
_INPUT_DETAILS: Final = ("prompt_tokens_details", "input_tokens_details")
_OUTPUT_DETAILS: Final = ("completion_tokens_details", "output_tokens_details")


class Usage(NamedTuple):
    """Token counts; the names are those of `core.exchange`."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    cache_read_tokens: int | None = None


def read_usage(value: Any) -> Usage:
    """Read usage as OpenAI, Anthropic, Bedrock, Gemini or Langfuse write it."""
    if type(value) is not dict:
        value = mapping(value)
    if "prompt_tokens" in value:
        return _usual_usage(value)
    if not value:
        return Usage()
    reasoning = _first(value, _REASONING)
    cached = _first(value, _CACHE_READ)
    return Usage(
        _first(value, _INPUT),
        _first(value, _OUTPUT),
        _detail(value, _OUTPUT_DETAILS, ("reasoning_tokens", "thinking_tokens")) if reasoning is None else reasoning,
        _detail(value, _INPUT_DETAILS, ("cached_tokens",)) if cached is None else cached,
    )


def _usual_usage(value: dict[str, Any]) -> Usage:
    """OpenAI's chat completions, and LiteLLM's: the short way."""
    asked, answered = value.get("prompt_tokens_details"), value.get("completion_tokens_details")
    cached = count(asked.get("cached_tokens")) if type(asked) is dict else None
    return Usage(
        count(value["prompt_tokens"]),
        count(value.get("completion_tokens")),
        count(answered.get("reasoning_tokens")) if type(answered) is dict else None,
        count(value.get("cache_read_input_tokens")) if cached is None else cached,
    )


def _first(value: dict[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        if name in value and (found := count(value[name])) is not None:
            return found
    return None


def _detail(value: dict[str, Any], groups: tuple[str, ...], names: tuple[str, ...]) -> int | None:
    for group in groups:
        inner = value.get(group)
        if isinstance(inner, dict):
            return _first(inner, names)
    return None
