"""Carry out a decision's obligations on a request and on its whole reply; `guard.reply_stream` does it for streams.

>>> trim = Obligations(strip_logprobs=True, max_tokens=100)
>>> apply_to_request({"messages": [], "logprobs": True, "n": 4}, trim)
{'messages': [], 'n': 4, 'max_tokens': 100}
>>> apply_to_reply({"choices": [{"text": "No.", "logprobs": {"tokens": ["No."]}}]}, trim)
{'choices': [{'text': 'No.', 'logprobs': None}]}

What was given is never changed. Where there is nothing to change the same object comes back, so that the bytes it was
read from may go on untouched. The reply is rewritten whatever the request asked for: what is withheld is left out of
the reply, and the request is only spared what would be made in vain.
"""

from __future__ import annotations

from typing import Any, Final

from stillwatch.core.decision import Obligations, Withhold
from stillwatch.core.errors import InputError
from stillwatch.guard.logprob_bounds import bound_logprobs
from stillwatch.guard.reply_fields import (
    REASONING_NOTE,
    is_reasoning_block,
    reply_without_reasoning,
    without_logprobs,
    without_prompt_logprobs,
)
from stillwatch.wire.loose_json import read_json, write_json
from stillwatch.wire.wishes import HOLDERS, LOGPROB_FIELDS, LOGPROB_INCLUDES, PROMPT_LOGPROB_FIELDS, SAMPLER_FIELDS

_ALTERNATIVES: Final = ("top_logprobs", "logprobs", "prompt_logprobs", "top_logprobs_num", "top_n_tokens", "n_probs")
_LOGPROB_INCLUDES: Final = frozenset(LOGPROB_INCLUDES)
_CHOICES: Final = ("n", "best_of", "candidateCount", "candidate_count")
_TOKENS: Final = (
    *("max_tokens", "max_completion_tokens", "max_output_tokens", "max_tokens_to_sample"),
    *("max_new_tokens", "num_predict", "maxOutputTokens"),
)
_NESTED: Final = ("options", "parameters", "sampling_params", "generationConfig")
"""Where Ollama, TGI, SGLang and Gemini keep parameters in their own APIs."""
_TAGS: Final = "stillwatch_tags"
_LEAST_THINKING: Final = 1024
"""Anthropic's least budget for thinking; below it thinking is switched off."""


def changes_request(obligations: Obligations) -> bool:
    """Whether a request must be read and perhaps rewritten."""
    return bool(
        obligations.strip_logprobs
        or obligations.strip_prompt_logprobs
        or obligations.max_logprobs
        or obligations.strip_sampler
        or obligations.max_choices
        or obligations.max_tokens
        or obligations.tags
        or obligations.route_to
        or obligations.withhold_reasoning is not Withhold.NO
    )


def changes_reply(obligations: Obligations) -> bool:
    """Whether a reply must be read and perhaps rewritten."""
    return bool(
        obligations.strip_logprobs
        or obligations.strip_prompt_logprobs
        or obligations.max_logprobs
        or obligations.logprob_decimals
        or obligations.withhold_reasoning is not Withhold.NO
    )


def note_of(obligations: Obligations) -> str:
    """What stands in place of reasoning; empty where it is left out."""
    return REASONING_NOTE if obligations.withhold_reasoning is Withhold.SUMMARISE else ""


def apply_to_request(body: dict[str, Any], obligations: Obligations, path: str = "") -> dict[str, Any]:
    """The request that goes to the engine.

    Args:
        body: Of any chat API; not changed.
        obligations: What to change.
        path: What was asked for; where the body names no cap, it tells by which name the API knows one.
    """
    found = body
    if obligations.strip_logprobs:
        found = _without_logprobs(found)
    if obligations.strip_prompt_logprobs:
        found = _without(found, PROMPT_LOGPROB_FIELDS)
    if obligations.max_logprobs:
        found = _capped(found, _ALTERNATIVES, obligations.max_logprobs)
    if obligations.strip_sampler:
        found = _without(found, SAMPLER_FIELDS)
    if obligations.max_choices:
        found = _capped(found, _CHOICES, obligations.max_choices)
    if obligations.max_tokens:
        found = _with_fewer_tokens(found, obligations.max_tokens, path)
    if obligations.withhold_reasoning is not Withhold.NO:
        found = _without_notes(found)
    if obligations.route_to and found.get("model") != obligations.route_to:
        found = found | {"model": obligations.route_to}
    if obligations.tags and "/messages" not in path:  # Anthropic's API refuses metadata that it does not know
        metadata = found.get("metadata")
        kept = metadata if isinstance(metadata, dict) else {}
        found = found | {"metadata": kept | {_TAGS: ",".join(obligations.tags)}}
    return found


def apply_to_reply(body: dict[str, Any], obligations: Obligations) -> dict[str, Any]:
    """The reply that goes to the customer: a whole one of any API, not an event of a stream."""
    found = coarsened(body, obligations)
    if obligations.withhold_reasoning is not Withhold.NO:
        found = reply_without_reasoning(found, note_of(obligations))
    return found


def coarsened(body: dict[str, Any], obligations: Obligations) -> dict[str, Any]:
    """A reply, or an event of one, with no more of log-probabilities than is due."""
    if obligations.strip_logprobs:
        return without_logprobs(body)
    found = without_prompt_logprobs(body) if obligations.strip_prompt_logprobs else body
    if not (obligations.max_logprobs or obligations.logprob_decimals):
        return found
    return bound_logprobs(found, most=obligations.max_logprobs, decimals=obligations.logprob_decimals)


def apply_to_reply_bytes(data: bytes, obligations: Obligations) -> bytes:
    """The same on JSON text; the bytes that were given where nothing is to be changed.

    Raises:
        InputError: It cannot be read, so nobody can vouch that nothing is in it which must be withheld.
    """
    if not changes_reply(obligations) or not data.strip():
        return data
    try:
        body = read_json(data)
    except ValueError as error:
        raise InputError(
            "the engine's reply is no JSON", where="reply", mend="look at the engine; it was not passed on"
        ) from error
    if not isinstance(body, dict):
        return data
    found = apply_to_reply(body, obligations)
    return data if found is body else write_json(found)


def _without_logprobs(body: dict[str, Any]) -> dict[str, Any]:
    found = _without(body, (*LOGPROB_FIELDS, *PROMPT_LOGPROB_FIELDS))
    include = found.get("include")
    if isinstance(include, list) and not _LOGPROB_INCLUDES.isdisjoint(one for one in include if isinstance(one, str)):
        found = found | {"include": [one for one in include if one not in _LOGPROB_INCLUDES]}
    return found


def _without(body: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """Without some fields, also where an engine's own API nests them."""
    inner = {name: body[name] for name in HOLDERS if isinstance(body.get(name), dict)}
    kept = {name: _without(value, names) for name, value in inner.items()}
    changed = {name: value for name, value in kept.items() if value is not inner[name]}
    if not changed and not any(name in body for name in names):
        return body
    return {name: changed.get(name, value) for name, value in body.items() if name not in names}


def _capped(body: dict[str, Any], names: tuple[str, ...], most: int) -> dict[str, Any]:
    """Each of the fields that asks for more brought down, also where an engine's own API nests them."""
    changed: dict[str, Any] = {name: most for name in names if _is_above(body.get(name), most)}
    for name in _NESTED:
        inner = body.get(name)
        if isinstance(inner, dict) and (kept := _capped(inner, names, most)) is not inner:
            changed[name] = kept
    return body | changed if changed else body


def _is_above(value: Any, most: int) -> bool:
    """A number above the cap, or one that stands for no cap at all (-1, as engines have it)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and (value > most or value < 0)


def _with_fewer_tokens(body: dict[str, Any], most: int, path: str) -> dict[str, Any]:
    found = _capped(body, _TOKENS, most)
    nested = [inner for name in _NESTED if isinstance(inner := found.get(name), dict)]
    if not any(_is_named(holder) for holder in (found, *nested)):
        found = found | _cap_by_default(found, most, path)
    return _thinking_within(found, most)


def _is_named(holder: dict[str, Any]) -> bool:
    return any(holder.get(name) is not None for name in _TOKENS)


def _cap_by_default(body: dict[str, Any], most: int, path: str) -> dict[str, Any]:
    """A cap by the name that the API knows; `max_tokens` where nothing tells, which all engines understand."""
    if path.startswith("/api/"):
        options = body.get("options")
        return {"options": (options if isinstance(options, dict) else {}) | {"num_predict": most}}
    if "responses" in path or ("input" in body and "messages" not in body):
        return {"max_output_tokens": most}
    if path == "/generate" and "text" in body:
        params = body.get("sampling_params")
        return {"sampling_params": (params if isinstance(params, dict) else {}) | {"max_new_tokens": most}}
    if path in ("/generate", "/generate_stream") and "inputs" in body:
        params = body.get("parameters")
        return {"parameters": (params if isinstance(params, dict) else {}) | {"max_new_tokens": most}}
    return {"max_tokens": most}


def _thinking_within(body: dict[str, Any], most: int) -> dict[str, Any]:
    """Anthropic refuses a budget for thinking that is not below the cap on all tokens."""
    thinking = body.get("thinking")
    if not isinstance(thinking, dict) or not _is_above(thinking.get("budget_tokens"), most - 1):
        return body
    if most - 1 < _LEAST_THINKING:
        return body | {"thinking": {"type": "disabled"}}
    return body | {"thinking": thinking | {"budget_tokens": most - 1}}


def _without_notes(body: dict[str, Any]) -> dict[str, Any]:
    """Take our own note out of the history: it was never signed, and an engine that checks would refuse it."""
    messages = body.get("messages")
    if not isinstance(messages, list):
        return body
    kept = [_message_without_note(message) for message in messages]
    return body | {"messages": kept} if any(new is not old for new, old in zip(kept, messages, strict=True)) else body


def _message_without_note(message: Any) -> Any:
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, list) or not any(_is_note(block) for block in content):
        return message
    return message | {"content": [block for block in content if not _is_note(block)]}


def _is_note(block: Any) -> bool:
    return is_reasoning_block(block) and block.get("thinking") == REASONING_NOTE
