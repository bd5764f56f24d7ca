"""What a rule demands of the request itself."""

from __future__ import annotations

from typing import Any

import pytest

from guard_rows import NOW, asked, rule
from stillwatch.core.policy import Covert, Wants
from stillwatch.core.request_facts import Foreign
from stillwatch.guard.conditions import conditions_of

COVERT = Covert(requested_by="a", approved_by="b", expires_at=NOW, why="x", exempts=("lab",))


@pytest.mark.parametrize(
    ("conditions", "request_", "fits"),
    [
        ({}, {}, True),
        ({"models": ("gpt-*", "o?")}, {"model": "o1"}, True),
        ({"models": ("gpt-*", "o?")}, {"model": "o10"}, False),
        ({"paths": ("/v1/*",)}, {"path": "/v1/chat/completions"}, True),
        ({"paths": ("/v1/*",)}, {"path": "/score"}, False),
        ({"wants": frozenset((Wants.LOGPROBS, Wants.REASONING))}, {"wants_reasoning": True}, True),
        ({"wants": frozenset((Wants.LOGPROBS,))}, {"wants_reasoning": True}, False),
        ({"wants": frozenset((Wants.SEVERAL_CHOICES,))}, {"choices": 1}, False),
        ({"wants": frozenset((Wants.SEVERAL_CHOICES,))}, {"choices": 2}, True),
        ({"wants": frozenset((Wants.PROMPT_LOGPROBS,))}, {"wants_logprobs": True}, False),
        ({"wants": frozenset((Wants.PROMPT_LOGPROBS,))}, {"wants_prompt_logprobs": True}, True),
        ({"wants": frozenset((Wants.BIASED_LOGPROBS,))}, {"wants_logprobs": True}, False),
        ({"wants": frozenset((Wants.BIASED_LOGPROBS,))}, {"biases_tokens": True}, False),
        ({"wants": frozenset((Wants.BIASED_LOGPROBS,))}, {"wants_logprobs": True, "biases_tokens": True}, True),
        ({"wants": frozenset((Wants.SAMPLER,))}, {"sets_sampler": True}, True),
        ({"foreign_reasoning": frozenset((Foreign.ACCOUNT,))}, {"foreign_reasoning": (Foreign.ACCOUNT,)}, True),
        ({"foreign_reasoning": frozenset((Foreign.ACCOUNT,))}, {"foreign_reasoning": (Foreign.MODEL,)}, False),
        ({"organisations": frozenset(("o",))}, {}, False),
        ({"organisations": frozenset(("o",))}, {"org_id": "o"}, True),
        ({"accounts": frozenset(("a-1",))}, {}, True),
        ({"accounts": frozenset(("a-2",))}, {}, False),
        ({"unless_accounts": frozenset(("a-1",))}, {}, False),
        ({"unless_organisations": frozenset(("o",))}, {"org_id": "o"}, False),
        ({"covert": COVERT}, {"org_id": "o"}, False),
        ({"covert": COVERT}, {"org_id": "o", "at": NOW.timestamp() - 1}, True),
        ({"covert": COVERT}, {"org_id": "lab", "at": NOW.timestamp() - 1}, False),
        ({"covert": COVERT}, {"org_id": "", "at": NOW.timestamp() - 1}, False),
    ],
)
def test_conditions_on_the_request(conditions: dict[str, Any], request_: dict[str, Any], fits: bool) -> None:
    found = [condition(asked(**request_)) for condition in conditions_of(rule(**conditions))]
    assert all(found) is fits
    assert len(found) == len(conditions)
