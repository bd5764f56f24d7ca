"""Prompts that say that the reply becomes training data.

Looks the same: licensed synthetic-data customers, teams that train classifiers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.detection.case import Case
from stillwatch.detection.role_bits import Role, role_finding, share_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "dataset_making"
_ROLE = Role(signal=NAME, name="dataset_making", weight=0.5, least=0.3, words="speak of training data")


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    del scene
    return role_finding(suspects, _ROLE, share_of(suspects, 6))


SIGNAL = Signal(
    name=NAME,
    status="stable",
    reads=("prompt_text",),
    see=_see,
    cases=(
        Case(
            name="three in five prompts ask for training data",
            fires=True,
            make=lambda: town().fleet(12).asking(6, share=0.6),
        ),
        Case(
            name="one in five prompts asks for training data",
            fires=False,
            make=lambda: town().fleet(12).asking(6, share=0.2),
        ),
    ),
)
