"""Two rules' obligations are both kept."""

from __future__ import annotations

import pytest

from stillwatch.core.decision import NO_OBLIGATIONS, Exposed, Obligations, Withhold
from stillwatch.guard.join_obligations import join_obligations


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        ({}, {}, {}),
        ({"max_tokens": 5}, {}, {"max_tokens": 5}),
        ({"max_tokens": 5}, {"max_tokens": 9, "max_choices": 1}, {"max_tokens": 5, "max_choices": 1}),
        ({"strip_logprobs": True}, {"max_choices": 2}, {"strip_logprobs": True, "max_choices": 2}),
        ({"max_logprobs": 5, "logprob_decimals": 2}, {"max_logprobs": 3}, {"max_logprobs": 3, "logprob_decimals": 2}),
        (
            {"strip_sampler": True},
            {"strip_prompt_logprobs": True},
            {"strip_sampler": True, "strip_prompt_logprobs": True},
        ),
        ({"withhold_reasoning": Withhold.STRIP}, {"withhold_reasoning": Withhold.SUMMARISE}, None),
        ({"withhold_reasoning": Withhold.STRIP, "if_exposed": Exposed.STOP}, {"if_exposed": Exposed.REPORT}, None),
        ({"tags": ("a", "b")}, {"tags": ("b", "c")}, {"tags": ("a", "b", "c")}),
        ({"route_to": "first"}, {"route_to": "second"}, {"route_to": "first"}),
    ],
)
def test_both_are_kept(left: dict[str, object], right: dict[str, object], both: dict[str, object] | None) -> None:
    found = join_obligations(Obligations(**left), Obligations(**right))  # type: ignore[arg-type]
    assert found == Obligations(**left if both is None else both)  # type: ignore[arg-type]


def test_whoever_demands_nothing_changes_nothing() -> None:
    one = Obligations(max_tokens=5, tags=("a",))
    assert join_obligations(one, NO_OBLIGATIONS) == join_obligations(NO_OBLIGATIONS, one) == one
