"""Judge one group: evidence by link, p-value of "one program and one hand", purpose, and the honest twin that fits.

The p-value of a group is for the claim that a campaign makes: at least two families hold, one of which says that a hand
moves the accounts. `program` families (same text, same configuration) cannot tell an operator from the users of a tool;
so the group's p-value is the larger of the best program and the best hand p-value (intersection-union test), or, where
two hand families speak, that of the second of them (partial conjunction, Benjamini and Heller 2008). Within an axis the
best of n is corrected by n (Bonferroni), which holds under any dependence. Even load and common rhythm fail to tell
steady honest services apart when taken alone, so as one timing claim both must hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.link import Link
from stillwatch.detection.purpose import findings_of, purpose
from stillwatch.detection.scene import Scene, Suspects
from stillwatch.detection.shape import Shape, shape_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.statistics import bounded, partial_conjunction
from stillwatch.detection.twins import TWINS, Fit

_BOTH_NEEDED: Final = frozenset({"even_load", "common_rhythm"})
_LEAST_COVER: Final = 0.5  # of the accounts; a tie among fewer says something of them, not of the group
_NEVER_ALONE: Final = Family.INFRASTRUCTURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    suspects: Suspects
    evidence: tuple[Evidence, ...]
    p_value: float
    purpose: float
    findings: tuple[Finding, ...]
    shape: Shape
    twins: tuple[tuple[str, Fit], ...]

    def fitting_twin(self) -> tuple[str, Fit] | None:
        """The first honest twin that explains the group."""
        return next(((name, fit) for name, fit in self.twins if fit.fits), None)


def judge(scene: Scene, suspects: Suspects, links: tuple[Link, ...], signals: tuple[Signal, ...]) -> Judgement:
    """Judge one group under test."""
    found = [(link, evidence) for link in links if (evidence := link.test(scene, suspects)) is not None]
    counted = [(link, evidence) for link, evidence in found if evidence.accounts >= _LEAST_COVER * suspects.size]
    findings = findings_of(scene, suspects, signals)
    shape = shape_of(scene, suspects)
    return Judgement(
        suspects=suspects,
        evidence=tuple(sorted((evidence for _, evidence in found), key=lambda one: one.p_value)),
        p_value=_group_p_value(counted),
        purpose=purpose(findings),
        findings=findings,
        shape=shape,
        twins=tuple((twin.name, twin.asks(scene, suspects, shape)) for twin in TWINS),
    )


def _group_p_value(found: list[tuple[Link, Evidence]]) -> float:
    program = [evidence.p_value for link, evidence in found if link.axis == "program"]
    hand = _hand_families([evidence for link, evidence in found if link.axis == "hand"])
    best_program = min(1.0, min(program, default=1.0) * max(1, len(program)))
    best_hand = min(1.0, min(hand.values(), default=1.0) * max(1, len(hand)))
    two_hands = partial_conjunction(np.array(list(hand.values())))
    return bounded(min(max(best_program, best_hand), two_hands))


def _hand_families(evidence: list[Evidence]) -> dict[Family, float]:
    """P-value of each hand family; infrastructure is left out, since it never carries a case."""
    out: dict[Family, float] = {}
    paired = [one.p_value for one in evidence if one.source in _BOTH_NEEDED]
    claims = [(one.family, one.p_value) for one in evidence if one.source not in _BOTH_NEEDED]
    if len(paired) == len(_BOTH_NEEDED):
        claims.append((Family.TIMING, max(paired)))
    for family in {family for family, _ in claims} - {_NEVER_ALONE}:
        mine = [p_value for name, p_value in claims if name == family]
        out[family] = min(1.0, min(mine) * len(mine))
    return out
