"""Log-probabilities of a reply's tokens and of their alternatives, in the spelling of any API.

>>> chosen = {"token": " a", "logprob": -0.1, "top_logprobs": [{"token": " a", "logprob": -0.1}]}
>>> read_token_logprobs({"choices": [{"logprobs": {"content": [chosen]}}]})
(Placed(chosen=Likely(text=b' a', id=None, logprob=-0.1), top=(Likely(text=b' a', id=None, logprob=-0.1),)),)

Read are OpenAI's chat (and whatever copies it: vLLM, SGLang, LiteLLM), its completions and responses, and Gemini. Of a
reply with several choices none is read, since a log keeps one text.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

_ID: Final = "token_id:"
"""So vLLM writes tokens as ids (`return_tokens_as_token_ids`)."""


class Likely(NamedTuple):
    """A token, known by its bytes or by its id."""

    text: bytes
    id: int | None
    logprob: float


class Placed(NamedTuple):
    """What was drawn at one place, and what might have been."""

    chosen: Likely
    top: tuple[Likely, ...]
    """The likeliest first; empty where the reply lists none."""


def read_token_logprobs(body: dict[str, Any]) -> tuple[Placed, ...]:
    """Of a whole reply; empty where it has none, or anything of it cannot be read."""
    try:
        return tuple(_read(body))
    except (AttributeError, KeyError, TypeError, ValueError):
        return ()


def _read(body: dict[str, Any]) -> list[Placed]:
    if isinstance(choices := body.get("choices"), list):
        if len(choices) != 1 or not isinstance(found := choices[0].get("logprobs"), dict):
            return []
        return _of_chat(found["content"]) if found.get("content") else _of_completion(found)
    if isinstance(candidates := body.get("candidates"), list):
        found = candidates[0].get("logprobsResult") if len(candidates) == 1 else None
        return _of_gemini(found) if isinstance(found, dict) else []
    if isinstance(output := body.get("output"), list):
        parts = [part for item in output if isinstance(item, dict) for part in item.get("content") or ()]
        return _of_chat([one for part in parts for one in part.get("logprobs") or ()])
    return []


def _of_chat(listed: list[Any]) -> list[Placed]:
    return [Placed(_likely(one), _sorted(map(_likely, one.get("top_logprobs") or ()))) for one in listed]


def _of_completion(found: dict[str, Any]) -> list[Placed]:
    tops = found.get("top_logprobs") or [None] * len(found["tokens"])
    rows = zip(found["tokens"], found["token_logprobs"], tops, strict=True)
    return [
        Placed(_named(token, logprob), _sorted(_named(name, value) for name, value in (top or {}).items()))
        for token, logprob, top in rows
    ]


def _of_gemini(found: dict[str, Any]) -> list[Placed]:
    tops = found.get("topCandidates") or [{}] * len(found["chosenCandidates"])
    return [
        Placed(_candidate(chosen), _sorted(map(_candidate, top.get("candidates") or ())))
        for chosen, top in zip(found["chosenCandidates"], tops, strict=True)
    ]


def _likely(one: dict[str, Any]) -> Likely:
    if isinstance(given := one.get("bytes"), list) and not one["token"].startswith(_ID):
        return Likely(bytes(given), None, _number(one["logprob"]))
    return _named(one["token"], one["logprob"])


def _named(token: str, logprob: Any) -> Likely:
    if token.startswith(_ID):
        return Likely(b"", int(token[len(_ID) :]), _number(logprob))
    return Likely(token.encode("utf-8", "surrogatepass"), None, _number(logprob))


def _candidate(one: dict[str, Any]) -> Likely:
    number = one.get("tokenId")
    return Likely(one["token"].encode(), number if isinstance(number, int) else None, _number(one["logProbability"]))


def _number(value: Any) -> float:
    """A log-probability.

    Raises:
        ValueError: It is none.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
        raise ValueError("no log-probability")
    return float(value)


def _sorted(found: Any) -> tuple[Likely, ...]:
    return tuple(sorted(found, key=lambda one: -one.logprob))
