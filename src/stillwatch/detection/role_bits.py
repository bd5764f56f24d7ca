"""Read a bit of the task-role sketch over a group, against how common it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.numbering import numbered
from stillwatch.detection.signal import Finding

if TYPE_CHECKING:
    from stillwatch.detection.scene import Suspects


def share_of(suspects: Suspects, bit: int) -> float:
    """Share of the group's exchanges that have the bit."""
    bits = suspects.once("task bits", lambda: numbered(suspects.events["task_bits"]))
    has_bit = (bits.values >> bit) & 1
    return float((bits.counts() * has_bit).sum() / suspects.exchanges) if suspects.exchanges else 0.0


class Role(NamedTuple):
    """What a share of a group's prompts says they are for."""

    signal: str
    name: str
    weight: float
    least: float
    words: str
    """How it reads: "30% of the exchanges `words`"."""


def role_finding(suspects: Suspects, role: Role, share: float) -> Finding | None:
    """A finding when the share is at least the role's; roles describe and never test, so their p-value is 1."""
    if share < role.least:
        return None
    evidence = Evidence(
        family=Family.CONTENT,
        source=role.signal,
        score=share,
        p_value=1.0,
        because=f"{share:.0%} of the exchanges {role.words}",
        accounts=suspects.size,
        exchanges=round(share * suspects.exchanges),
    )
    return Finding(signal=role.signal, role=role.name, weight=role.weight, share=share, evidence=evidence)
