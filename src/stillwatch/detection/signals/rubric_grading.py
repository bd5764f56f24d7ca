"""Rubric and candidate answer in, score out; or two candidates in, the better one out: the model as reward model.

Why: preference data trains a reward model.
Looks the same: judge batches of a university, nightly evaluations with a model as judge.
References: LLM-as-a-judge (Zheng et al. 2023).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.detection.case import Case
from stillwatch.detection.role_bits import Role, role_finding, share_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "rubric_grading"
_ROLE = Role(signal=NAME, name="reward_model", weight=0.5, least=0.3, words="hand in answers to be graded or compared")


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    del scene
    return role_finding(suspects, _ROLE, max(share_of(suspects, 1), share_of(suspects, 2)))


SIGNAL = Signal(
    name=NAME,
    status="stable",
    reads=("prompt_text",),
    see=_see,
    cases=(
        Case(
            name="three in five prompts ask for grades", fires=True, make=lambda: town().fleet(12).asking(1, share=0.6)
        ),
        Case(
            name="one in five prompts asks for grades", fires=False, make=lambda: town().fleet(12).asking(1, share=0.2)
        ),
    ),
)
