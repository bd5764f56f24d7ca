"""Judge one group: evidence by link, p-value of "one program and one hand", purpose, and the honest twin that fits.

The p-value of a group is for the claim that a campaign makes: at least two families hold, one of which says that a hand
moves the accounts. `program` families (same text, same configuration) cannot tell an operator from the users of a tool;
so the group's p-value is the larger of the best program and the best hand p-value (intersection-union test), or, where
two hand families speak, that of the second of them (partial conjunction, Benjamini and Heller 2008). Within an axis the
best of n is corrected by n (Bonferroni), which holds under any dependence. Even load and common rhythm fail to tell
steady honest services apart when taken alone, so as one timing claim both must hold.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.purpose import findings_of, purpose
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects
from stillwatch.detection.shape import Shape, shape_of
from stillwatch.detection.statistics import bounded, partial_conjunction
from stillwatch.detection.twins import TWINS, Fit, Twin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.detection.link import Link
    from stillwatch.detection.signal import Finding, Signal
    from stillwatch.logs.window_rows import Ints

_BOTH_NEEDED: Final = frozenset({"even_load", "common_rhythm"})
_NEVER_STRANGERS: Final = frozenset({"dealt_out"})
_ONLY_BESIDE: Final = {"model_pivot": "even_load"}
"""A tool that is updated moves all its users to a new model on one day; it does not load them evenly."""
_COHORT: Final = {"created_together": "same_workload"}
"""A class, a workshop or a hackathon opens its accounts on one day and begins with one kit; each then does what the
others do, or something of its own. So this says by itself that one hand moves the accounts only of those who work on
shards of one list; beside another family of the hand it always counts."""
_LEAST_COVER: Final = 0.7  # of the accounts; a tie among fewer says something of them, not of the group
_SUGGESTIVE: Final = 0.05
_SURE: Final = 1e-6
_NEVER_ALONE: Final = Family.INFRASTRUCTURE


class Tested(NamedTuple):
    """A group with its evidence: the cheap step, done for every group."""

    suspects: Suspects
    evidence: tuple[Evidence, ...]
    p_value: float


class Outcome(NamedTuple):
    """What is remembered of every group that was tested: who, how much, and what evidence was asked for and found."""

    accounts: Ints
    exchanges: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A group explained: the costly step, done for the few whose p-value is small."""

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


def test_group(scene: Scene, suspects: Suspects, links: tuple[Link, ...]) -> Tested:
    """Ask every link for evidence and combine it."""
    return screen_group(scene, suspects, links, 1.0)


def claim_p_value(evidence: Iterable[Evidence], links: tuple[Link, ...], accounts: int) -> float:
    """P-value of the claim on a group of `accounts`, were these links alone on the shelf; other evidence is not heard.

    With the stable links it says whether a campaign stands without those that no board has scored.
    """
    by_name = {link.name: link for link in links}
    found = {one.source: (by_name[one.source], one) for one in evidence if one.source in by_name}
    return _group_p_value(_counted(found, accounts), links)


def screen_group(scene: Scene, suspects: Suspects, links: tuple[Link, ...], most: float) -> Tested:
    """Test a group, but go no further where its p-value is bound to stay above `most`.

    A group that its `hand` families leave above `most` stays above it whatever the others say, so the others are not
    asked and count as silent: the p-value is then above `most` too, and not below the true one.
    """
    found: dict[str, tuple[Link, Evidence]] = {}
    hand, program = (tuple(link for link in links if _may_carry(link) is carries) for carries in (True, False))
    _ask(scene, suspects, hand, found)
    if min(_hand_families(_counted(found, suspects.size), links, _ONLY_BESIDE).values(), default=1.0) <= most:
        _ask(scene, suspects, program, found)
    ranked = sorted((one for _, one in found.values()), key=lambda one: (one.p_value, one.source))
    return Tested(suspects, tuple(ranked), _group_p_value(_counted(found, suspects.size), links))


def _may_carry(link: Link) -> bool:
    return link.axis == "hand" and link.family is not _NEVER_ALONE


def _ask(scene: Scene, suspects: Suspects, links: tuple[Link, ...], found: dict[str, tuple[Link, Evidence]]) -> None:
    for link in sorted(links, key=lambda one: one.after != ""):
        if link.after and (link.after not in found or found[link.after][1].p_value > _SUGGESTIVE):
            continue
        evidence = link.test(scene, suspects)
        if evidence is not None:
            found[link.name] = (link, evidence)


def _counted(found: dict[str, tuple[Link, Evidence]], accounts: int) -> list[tuple[Link, Evidence]]:
    """Evidence that speaks of the group, not of a few of its accounts."""
    least = max(LEAST_ACCOUNTS, _LEAST_COVER * accounts)
    return [(link, one) for link, one in found.values() if one.accounts >= least]


def judge(scene: Scene, tested: Tested, signals: tuple[Signal, ...]) -> Judgement:
    """Explain a group: what for, and which honest twin would do the same."""
    findings = findings_of(scene, tested.suspects, signals)
    shape = shape_of(scene, tested.suspects)
    return Judgement(
        suspects=tested.suspects,
        evidence=tested.evidence,
        p_value=tested.p_value,
        purpose=purpose(findings),
        findings=findings,
        shape=shape,
        twins=tuple((twin.name, _fit(twin, scene, tested, shape)) for twin in TWINS),
    )


def _fit(twin: Twin, scene: Scene, tested: Tested, shape: Shape) -> Fit:
    """Ask a twin; strangers hand nothing over and share no queue, so a twin of strangers never explains either."""
    fit = twin.asks(scene, tested.suspects, shape)
    handed_over = [
        one
        for one in tested.evidence
        if (one.family is Family.SUCCESSION or one.source in _NEVER_STRANGERS) and one.p_value <= _SURE
    ]
    if not fit.fits or not twin.are_strangers or not handed_over:
        return fit
    return Fit(fits=False, because=f"strangers share no queue, but here {handed_over[0].because}")


def _group_p_value(found: list[tuple[Link, Evidence]], links: tuple[Link, ...]) -> float:
    """Combine evidence; a link that was asked and said nothing counts as tried, with a p-value of 1."""
    program = [evidence.p_value for link, evidence in found if link.axis == "program"]
    hand = _hand_families(found, links, _ONLY_BESIDE)
    sole = _hand_families(found, links, _ONLY_BESIDE | _COHORT)
    tried = sum(link.axis == "program" for link in links)
    best_program = min(1.0, min(program, default=1.0) * max(1, tried))
    best_hand = min(1.0, min(sole.values(), default=1.0) * max(1, len(sole)))
    two_hands = partial_conjunction(np.array(list(hand.values())))
    return bounded(min(max(best_program, best_hand), two_hands))


def _hand_families(
    found: list[tuple[Link, Evidence]], links: tuple[Link, ...], beside: dict[str, str]
) -> dict[Family, float]:
    """P-value of each hand family on the shelf; infrastructure is left out, since it never carries a case, and what
    counts only `beside` another link's evidence is as weak as the weaker of the two.
    """
    evidence = [one for link, one in found if link.axis == "hand"]
    tried = Counter(link.family for link in links if link.axis == "hand" and link.name not in _BOTH_NEEDED)
    tried[Family.TIMING] += any(link.name in _BOTH_NEEDED for link in links)
    out: dict[Family, float] = {family: 1.0 for family, count in tried.items() if count and family != _NEVER_ALONE}
    paired = [one.p_value for one in evidence if one.source in _BOTH_NEEDED]
    told = {one.source: one.p_value for _, one in found}
    claims = [
        (one.family, max(one.p_value, told.get(beside[one.source], 1.0) if one.source in beside else 0.0))
        for one in evidence
        if one.source not in _BOTH_NEEDED
    ]
    if len(paired) == len(_BOTH_NEEDED):
        claims.append((Family.TIMING, max(paired)))
    for family in {family for family, _ in claims} - {_NEVER_ALONE}:
        mine = [p_value for name, p_value in claims if name == family]
        out[family] = min(1.0, min(mine) * max(1, tried[family]))
    return out
