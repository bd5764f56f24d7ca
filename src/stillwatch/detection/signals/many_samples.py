"""Several samples of each prompt, spread over accounts.

Why: rejection sampling and self-consistency want many answers to one question; spreading hides the repeats.
Looks the same: an evaluator with many samples a prompt, who takes them on one account; a benchmark that everybody runs
whole, where nearly all members send each prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.shape import incidence, shape_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "many_samples"
_LEAST_SAMPLES = 1.8
_MOST_OVERLAP = 0.3


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    shape = shape_of(scene, suspects)
    degrees = incidence(suspects).degree
    if shape.samples_per_prompt < _LEAST_SAMPLES or shape.overlap > _MOST_OVERLAP or len(degrees) == 0:
        return None
    if shape.own_repeat_share > 0.5 * (1 - shape.distinct_share):
        return None  # the repeats are each account's own
    evidence = Evidence(
        family=Family.CONTENT,
        source=NAME,
        score=1 - shape.distinct_share,
        p_value=1.0,
        because=f"each prompt was sent {shape.samples_per_prompt:.1f} times, by "
        f"{np.mean(degrees):.1f} different accounts of the group",
        accounts=suspects.size,
        exchanges=suspects.exchanges,
    )
    return Finding(signal=NAME, role="sampling", weight=0.3, share=1 - shape.distinct_share, evidence=evidence)


SIGNAL = Signal(
    name=NAME,
    status="stable",
    reads=("prompt_text",),
    see=_see,
    cases=(
        Case(
            name="each prompt is sent by three or four accounts",
            fires=True,
            make=lambda: town().fleet(20).sending(2000),
        ),
        Case(
            name="each account repeats a list of its own",
            fires=False,
            make=lambda: town().fleet(20).sending(100, each_own=True),
        ),
    ),
)
