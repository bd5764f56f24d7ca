"""Long pasted transcripts in, rewritten transcripts out.

Why: captured traces are normalised before training.
Looks the same: meeting minutes, call-centre summaries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.detection.case import Case
from stillwatch.detection.role_bits import Role, role_finding, share_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "transcript_cleaning"
_ROLE = Role(
    signal=NAME, name="cleaning", weight=0.4, least=0.3, words="hand in transcripts or traces, to be rewritten"
)


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    del scene
    return role_finding(suspects, _ROLE, max(share_of(suspects, 3), share_of(suspects, 4)))


SIGNAL = Signal(
    name=NAME,
    status="stable",
    reads=("prompt_text",),
    see=_see,
    cases=(
        Case(
            name="three in five prompts ask for a cleaned transcript",
            fires=True,
            make=lambda: town().fleet(12).asking(3, share=0.6),
        ),
        Case(
            name="one in five prompts asks for a cleaned transcript",
            fires=False,
            make=lambda: town().fleet(12).asking(3, share=0.2),
        ),
    ),
)
