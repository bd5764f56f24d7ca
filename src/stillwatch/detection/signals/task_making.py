"""Prompts for triplets of task, tests and solution: material for reinforcement learning.

Looks the same: programming courses, test-writing tools.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.detection.case import Case
from stillwatch.detection.role_bits import Role, role_finding, share_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "task_making"
_ROLE = Role(signal=NAME, name="task_making", weight=0.4, least=0.3, words="ask for tasks with tests and solutions")


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    del scene
    return role_finding(suspects, _ROLE, share_of(suspects, 7))


SIGNAL = Signal(
    name=NAME,
    status="stable",
    reads=("prompt_text",),
    see=_see,
    cases=(
        Case(
            name="three in five prompts ask for tasks with tests",
            fires=True,
            make=lambda: town().fleet(12).asking(7, share=0.6),
        ),
        Case(
            name="one in five prompts asks for tasks with tests",
            fires=False,
            make=lambda: town().fleet(12).asking(7, share=0.2),
        ),
    ),
)
