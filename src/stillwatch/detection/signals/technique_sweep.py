"""Many one-off variants of one request, many of them refused.

Why: an operator looks for the wording that works, before the harvest begins.
Looks the same: red-team evaluations, which stay on one account or one organisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.shape import shape_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "technique_sweep"
_LEAST_SHORT_SHARE = 0.4
_MOST_SHORT_TOKENS = 40


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    shape = shape_of(scene, suspects)
    events = suspects.events
    refused = events["status_code"] == 400
    share = float(np.mean(refused | (events["output_tokens"] <= _MOST_SHORT_TOKENS))) if len(events) else 0.0
    if shape.distinct_share < 0.9 or share < _LEAST_SHORT_SHARE or suspects.origin != "shared_template":
        return None
    if shape.median_output_tokens > _MOST_SHORT_TOKENS and shape.usual_output_tokens < 2 * _MOST_SHORT_TOKENS:
        return None
    evidence = Evidence(
        family=Family.CONTENT,
        source=NAME,
        score=share,
        p_value=1.0,
        because=(
            f"{share:.0%} of {shape.exchanges:,} variants of one request were answered in a few words or refused, "
            f"{refused.mean():.0%} refused"
        ),
        accounts=suspects.size,
        exchanges=suspects.exchanges,
    )
    return Finding(signal=NAME, role="technique_sweep", weight=0.2, share=share, evidence=evidence)


SIGNAL = Signal(
    name=NAME,
    status="experimental",
    reads=("prompt_text", "output_tokens"),
    see=_see,
    cases=(
        Case(
            name="most variants of one request get a few words back",
            fires=True,
            make=lambda: town().fleet(12).answered_in(20, share=0.6).proposed_by("shared_template"),
        ),
        Case(
            name="a fifth of the replies are short",
            fires=False,
            make=lambda: town().fleet(12).answered_in(20, share=0.2).proposed_by("shared_template"),
        ),
    ),
)
