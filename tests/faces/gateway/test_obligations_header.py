from __future__ import annotations

from stillwatch.core.decision import Obligations, Withhold
from stillwatch.faces.gateway.obligations_header import obligations_header, obligations_listed


def test_all_of_them_in_one_header() -> None:
    everything = Obligations(
        strip_logprobs=True,
        strip_prompt_logprobs=True,
        strip_sampler=True,
        max_logprobs=5,
        logprob_decimals=2,
        max_choices=1,
        max_tokens=256,
        withhold_reasoning=Withhold.STRIP,
        tags=("canary-3", 'wm "b"\r\nx: y'),
        route_to="model-s",
    )
    assert obligations_header(everything) == (
        "strip_logprobs, strip_prompt_logprobs, strip_sampler, max_logprobs=5, logprob_decimals=2, max_choices=1, "
        "max_tokens=256, withhold_reasoning=strip, "
        'tags=("canary-3" "wm %22b%22%0D%0Ax: y"), route_to="model-s"'
    )


def test_nothing_to_do_is_nothing_to_say() -> None:
    assert obligations_listed(Obligations()) == []
