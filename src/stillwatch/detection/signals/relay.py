"""One fixed text injected into requests that otherwise are many people's own.

Why: a reseller's pool relays its customers' requests and keeps what comes back.
Sees: a shared system text or opening over conversations of many shapes: several turns, many layouts, natural hours.
Looks the same: strangers who use one popular tool; they share no hand, so no link of that axis holds them together.
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

NAME = "relay"
_LEAST_SYSTEM_SHARE = 0.7


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    del scene
    systems = suspects.events["system_key"]
    values, counts = np.unique(systems[systems != 0], return_counts=True)
    if len(values) == 0 or counts.max() < _LEAST_SYSTEM_SHARE * suspects.exchanges:
        return None
    turns = suspects.events["turn"]
    spread = float(np.std(np.log1p(suspects.events["prompt_words"])))
    if float((turns > 1).mean()) < 0.1 and spread < 0.8:
        return None
    evidence = Evidence(
        family=Family.CONTENT,
        source=NAME,
        score=float(counts.max() / suspects.exchanges),
        p_value=1.0,
        because=f"one fixed text stands before {counts.max() / suspects.exchanges:.0%} of requests "
        "that otherwise are as varied as many people's",
        accounts=suspects.size,
        exchanges=int(counts.max()),
    )
    return Finding(
        signal=NAME, role="relay", weight=0.5, share=float(counts.max() / suspects.exchanges), evidence=evidence
    )


SIGNAL = Signal(
    name=NAME,
    status="experimental",
    reads=("system_text", "prompt_text"),
    see=_see,
    cases=(
        Case(
            name="one system text stands before many people's conversations",
            fires=True,
            make=lambda: town().people(12).sharing("system_key"),
        ),
        Case(
            name="one system text stands before single questions of one kind",
            fires=False,
            make=lambda: town().fleet(12).sharing("system_key"),
        ),
    ),
)
