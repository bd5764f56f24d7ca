"""Put the plan of a test into the transparency log before anything is scored, and find it there again.

The leaf holds the plan's hash alone: what is going to be tested stays with whoever tests it, and is shown with the
result. That it was there before the suspect's text was asked for is seen by where it stands: digests of that text that
are noted later have higher numbers, which no clock can change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.attribution.plan import Registered, check_plan, sha256_of
from stillwatch.core.leaf import Leaf, LeafKind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from stillwatch.attribution.plan import Plan
    from stillwatch.service.evidence.evidence_log import EvidenceLog


def register_plan(plan: Plan, log: EvidenceLog, *, at: datetime) -> int:
    """Note a plan; returns the number of its first leaf, which stays where the plan was noted before.

    Raises:
        InputError: The plan leaves open what it must fix; nothing was noted.
        OSError: The log cannot be written; nothing was noted.
    """
    check_plan(plan)
    for number in _noted(plan, log):
        return number
    return log.note([Leaf(kind=LeafKind.PLAN, sha256=sha256_of(plan), noted_at=at)])[0]


def registered_plan(plan: Plan, log: EvidenceLog) -> Registered | None:
    """What the log holds of exactly this plan, for `attribution.plan.standing_of`; None where it holds nothing."""
    return next((Registered(sha256_of(plan), log.leaf(number).noted_at) for number in _noted(plan, log)), None)


def _noted(plan: Plan, log: EvidenceLog) -> Iterator[int]:
    """Leaves that hold a plan as a plan, the first one first."""
    return (number for number in log.find(sha256_of(plan)) if log.leaf(number).kind is LeafKind.PLAN)
