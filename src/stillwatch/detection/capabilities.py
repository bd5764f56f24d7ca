"""What was taken: capabilities by bit of the task-role sketch, with tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.core.campaign import Taken

if TYPE_CHECKING:
    from stillwatch.detection.scene import Suspects

CAPABILITY_BITS: Final = (
    (18, "tool use"),
    (16, "coding"),
    (17, "mathematics"),
    (20, "translation"),
    (19, "role play"),
    (23, "science"),
    (22, "writing"),
    (21, "extraction"),
)
"""Bit and name, the more specific first: an exchange counts for the first that it has."""
_GENERAL: Final = "general"
_LEAST_SHARE: Final = 0.1


def taken_from(suspects: Suspects) -> tuple[Taken, ...]:
    """Exchanges and tokens by capability, the largest first; what is under a tenth of the whole is `general`."""
    events = suspects.events
    if len(events) == 0:
        return ()
    owner = np.full(len(events), len(CAPABILITY_BITS))
    for place in reversed(range(len(CAPABILITY_BITS))):
        owner[((events["task_bits"] >> CAPABILITY_BITS[place][0]) & 1) == 1] = place
    sizes = np.bincount(owner, minlength=len(CAPABILITY_BITS) + 1)
    owner = np.where(sizes[owner] < _LEAST_SHARE * len(events), len(CAPABILITY_BITS), owner)
    names = [*(name for _, name in CAPABILITY_BITS), _GENERAL]
    out = [
        Taken(
            capability=names[place],
            exchanges=int((owner == place).sum()),
            input_tokens=int(events["input_tokens"][owner == place].sum()),
            output_tokens=int(events["output_tokens"][owner == place].sum()),
        )
        for place in np.unique(owner)
    ]
    return tuple(sorted(out, key=lambda one: -one.exchanges))
