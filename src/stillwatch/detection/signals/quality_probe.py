"""A small fixed set of prompts, sent again and again by several members.

Why: an operator tells an outage or a countermeasure from a bad day by asking the same few questions.
Looks the same: drift monitors of strangers, which run on one account each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.shape import incidence, prompts_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "quality_probe"
_LEAST_REPEATS = 30
_LEAST_MEMBER_SHARE = 0.3


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    del scene
    if suspects.exchanges == 0:
        return None
    prompts = prompts_of(suspects)
    counts = prompts.counts()[prompts.values != 0]
    members = np.bincount(incidence(suspects).prompt, minlength=len(counts))
    probes = (counts >= _LEAST_REPEATS) & (members >= _LEAST_MEMBER_SHARE * suspects.size)
    total = int(counts[probes].sum())
    if not probes.any() or total > 0.5 * suspects.exchanges:
        return None
    evidence = Evidence(
        family=Family.CONTENT,
        source=NAME,
        score=total / suspects.exchanges,
        p_value=1.0,
        because=f"{int(probes.sum())} fixed prompts were sent {total:,} times by many members, beside the rest",
        accounts=int(members[probes].max()),
        exchanges=total,
    )
    return Finding(signal=NAME, role="quality_probe", weight=0.1, share=total / suspects.exchanges, evidence=evidence)


SIGNAL = Signal(
    name=NAME,
    status="experimental",
    reads=("prompt_text",),
    see=_see,
    cases=(
        Case(
            name="five questions come again and again from all members",
            fires=True,
            make=lambda: town().fleet(20).sending(5, share=0.1),
        ),
        Case(
            name="each account monitors drift with questions of its own",
            fires=False,
            make=lambda: town().fleet(20).sending(5, each_own=True, share=0.1),
        ),
    ),
)
