"""Prompts that demand written-out reasoning.

Why: chains of thought are the most valued training data, and served models hide theirs.
Looks the same: every evaluation with a chain-of-thought prompt, tutoring, audits: a role, never guilt.
Evaded by: other wording or languages beyond those of the phrase table.
References: Ho et al. 2022 (Fine-tune-CoT), s1K, OpenThoughts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.detection.case import Case
from stillwatch.detection.role_bits import Role, role_finding, share_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "reasoning_elicitation"
_ROLE = Role(signal=NAME, name="reasoning_elicitation", weight=0.5, least=0.3, words="ask for written-out reasoning")


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    del scene
    return role_finding(suspects, _ROLE, max(share_of(suspects, 0), share_of(suspects, 8), share_of(suspects, 9)))


SIGNAL = Signal(
    name=NAME,
    status="stable",
    reads=("prompt_text",),
    see=_see,
    cases=(
        Case(
            name="three in five prompts ask for written-out reasoning",
            fires=True,
            make=lambda: town().fleet(12).asking(0, share=0.6),
        ),
        Case(
            name="one in five prompts asks for written-out reasoning",
            fires=False,
            make=lambda: town().fleet(12).asking(0, share=0.2),
        ),
    ),
)
