"""Log-probabilities of a reply made coarser: fewer alternatives at each token, fewer decimals.

>>> top = [{"token": "a", "logprob": -0.1234}, {"token": "b", "logprob": -2.5}]
>>> reply = {"choices": [{"logprobs": {"content": [{"token": "a", "logprob": -0.1234, "top_logprobs": top}]}}]}
>>> bound_logprobs(reply, most=1, decimals=2)["choices"][0]["logprobs"]["content"]
[{'token': 'a', 'logprob': -0.12, 'top_logprobs': [{'token': 'a', 'logprob': -0.12}]}]

The last layer of a model, and its whole distribution at a token, can be computed from exact log-probabilities of many
tokens (Carlini et al., "Stealing part of a production language model", arXiv 2403.06634); ranks alone leak less, and
still leak (arXiv 2606.04459). A few coarse ones are what an honest program needs to see how sure a model is.
"""

from __future__ import annotations

from typing import Any, Final

from stillwatch.guard.reply_fields import map_logprobs

_NAMED: Final = frozenset(("token", "logprob", "id", "text", "prob", "tok_str"))
"""An alternative written as an object has one of these."""
_TOPS: Final = frozenset(
    (
        *("top_logprobs", "top_tokens", "top_probs", "probs", "prompt_logprobs"),
        *("input_top_logprobs", "output_top_logprobs"),
    )
)
"""Fields whose value is the alternatives at one token, or a list of them for each token."""


def bound_logprobs(body: dict[str, Any], *, most: int, decimals: int) -> dict[str, Any]:
    """A reply, or one event of it.

    Args:
        body: Of any chat API; not changed.
        most: Alternatives that stay at a token; 0 = all.
        decimals: Of each log-probability; 0 = as they are.
    """
    return map_logprobs(body, lambda name, found: _bounded({name: found}, most, decimals)[name])


def _bounded(value: Any, most: int, decimals: int) -> Any:
    """Everything at and below a place that holds log-probabilities."""
    if isinstance(value, float):
        return round(value, decimals) if decimals else value
    if isinstance(value, list):
        return [_bounded(one, most, decimals) for one in value]
    if isinstance(value, dict):
        return {
            name: _bounded(_fewer(found, most) if most and name in _TOPS else found, most, decimals)
            for name, found in value.items()
        }
    return value


def _fewer(found: Any, most: int) -> Any:
    """The likeliest alternatives of one token, or of each of a list of tokens."""
    if isinstance(found, dict):
        return dict(sorted(found.items(), key=_logprob_of_item, reverse=True)[:most])
    if not isinstance(found, list):
        return found
    if all(_is_alternative(one) for one in found):
        return sorted(found, key=_logprob_of, reverse=True)[:most]
    return [_fewer(one, most) for one in found]


def _is_alternative(one: Any) -> bool:
    """An object that names its token, or SGLang's [log-probability, id, text]."""
    if isinstance(one, dict):
        return not _NAMED.isdisjoint(one)
    return isinstance(one, list) and bool(one) and isinstance(one[0], float)


def _logprob_of(one: Any) -> float:
    found = one[0] if isinstance(one, list) else one.get("logprob", one.get("prob"))
    return found if isinstance(found, int | float) else float("-inf")


def _logprob_of_item(item: tuple[str, Any]) -> float:
    """Of `{"token": -0.1}`, and of vLLM's `{"17": {"logprob": -0.1, "rank": 1}}`."""
    found = item[1].get("logprob") if isinstance(item[1], dict) else item[1]
    return found if isinstance(found, int | float) else float("-inf")
