"""What several rules demand of one request, together."""

from __future__ import annotations

from typing import Final

from stillwatch.core.decision import NO_OBLIGATIONS, Exposed, Obligations, Withhold

_STRICTER: Final = (Withhold.NO, Withhold.SUMMARISE, Withhold.STRIP)
_STRICTER_IF_EXPOSED: Final = (Exposed.REPORT, Exposed.STOP)


def join_obligations(left: Obligations, right: Obligations) -> Obligations:
    """Both at once: the lower of two caps, the stricter of two ways to withhold; of two routes the first."""
    if left == NO_OBLIGATIONS:
        return right
    return Obligations(
        strip_logprobs=left.strip_logprobs or right.strip_logprobs,
        strip_prompt_logprobs=left.strip_prompt_logprobs or right.strip_prompt_logprobs,
        max_logprobs=_lower(left.max_logprobs, right.max_logprobs),
        logprob_decimals=_lower(left.logprob_decimals, right.logprob_decimals),
        strip_sampler=left.strip_sampler or right.strip_sampler,
        max_choices=_lower(left.max_choices, right.max_choices),
        max_tokens=_lower(left.max_tokens, right.max_tokens),
        withhold_reasoning=max(left.withhold_reasoning, right.withhold_reasoning, key=_STRICTER.index),
        if_exposed=max(left.if_exposed, right.if_exposed, key=_STRICTER_IF_EXPOSED.index),
        tags=left.tags + tuple(tag for tag in right.tags if tag not in left.tags),
        route_to=left.route_to or right.route_to,
    )


def _lower(left: int, right: int) -> int:
    return min(left, right) if left and right else left or right
