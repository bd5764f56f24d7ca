"""Prompts that make the model write new instructions or tasks.

Why: the first stage of self-instruct pipelines.
Looks the same: a licensed synthetic-data customer, curriculum designers.
References: Wang et al. 2022 (Self-Instruct), Taori et al. 2023 (Alpaca), Xu et al. 2023 (Evol-Instruct).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.detection.case import Case
from stillwatch.detection.role_bits import Role, role_finding, share_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "instruction_harvest"
_ROLE = Role(
    signal=NAME,
    name="instruction_harvest",
    weight=0.5,
    least=0.3,
    words="make the model write new instructions or tasks",
)


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    del scene
    return role_finding(suspects, _ROLE, share_of(suspects, 5))


SIGNAL = Signal(
    name=NAME,
    status="stable",
    reads=("prompt_text",),
    see=_see,
    cases=(
        Case(
            name="three in five prompts ask for new instructions",
            fires=True,
            make=lambda: town().fleet(12).asking(5, share=0.6),
        ),
        Case(
            name="one in five prompts asks for new instructions",
            fires=False,
            make=lambda: town().fleet(12).asking(5, share=0.2),
        ),
    ),
)
