"""Signed reasoning blocks handed in by accounts that never received them.

Why: a block made for one conversation is replayed in another, to make the model say its reasoning aloud.
Looks the same: a team that shares a conversation over several keys; the signal counts only inside a group under test.
Evaded by: keeping a block in its account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

NAME = "reasoning_replay"
_LEAST_BLOCKS = 10


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    giver, taker, blocks = scene.replays
    inside = np.isin(taker, suspects.accounts)
    count = int(blocks[inside].sum())
    if count < _LEAST_BLOCKS:
        return None
    takers = len(np.unique(taker[inside]))
    evidence = Evidence(
        family=Family.CONTENT,
        source=NAME,
        score=takers / suspects.size,
        p_value=1.0,
        because=f"{count} signed reasoning blocks were handed in by {takers} accounts that never "
        f"received them; {len(np.unique(giver[inside]))} other accounts had",
        accounts=takers,
        exchanges=count,
    )
    return Finding(signal=NAME, role="reasoning_replay", weight=0.8, share=takers / suspects.size, evidence=evidence)


SIGNAL = Signal(
    name=NAME,
    status="stable",
    reads=("reasoning_in", "reasoning_out"),
    see=_see,
    cases=(
        Case(name="blocks go from account to account", fires=True, make=lambda: town().fleet(20).replaying(2)),
        Case(name="four friends share a conversation or two", fires=False, make=lambda: town().people(4).replaying(2)),
    ),
)
