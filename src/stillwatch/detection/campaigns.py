"""Find campaigns: propose groups, judge each, control the false-discovery rate, and say who belongs.

The list of campaigns carries the stated rate: groups are ranked by Benjamini-Hochberg over everything that was judged.
Purpose and twins only ever take groups away from that list, so they cannot raise the rate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.detection.core_group import core_of, splits
from stillwatch.detection.graph import Proposal, proposals
from stillwatch.detection.judgement import Judgement, Tested, judge, test_group
from stillwatch.detection.link import Link
from stillwatch.detection.membership import widen
from stillwatch.detection.purpose import LEAST_PURPOSE
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects, suspects_of
from stillwatch.detection.signal import Signal
from stillwatch.detection.statistics import q_values
from stillwatch.logs.window import Events, Window

LEAST_EXCHANGES: Final = 200
"""Fewer exchanges than this, all members together, are worth nobody's training run."""
_GROUPS_AT_ONCE: Final = 64
_LEAST_AUTHORISED: Final = 0.5  # of the accounts
_SAME_GROUP: Final = 0.5  # of the smaller group's accounts


class Accepted(NamedTuple):
    judgement: Judgement
    q_value: float
    proposal: Proposal
    is_review: bool


class Declined(NamedTuple):
    """A group in concert that an honest twin explains."""

    judgement: Judgement
    twin: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    accepted: tuple[Accepted, ...]
    declined: tuple[Declined, ...]
    judged: int


def find_campaigns(
    window: Window,
    scene: Scene,
    *,
    links: tuple[Link, ...],
    signals: tuple[Signal, ...],
    fdr: float,
    authorised: npt.NDArray[np.bool_],
    progress: Callable[[str, int, int], None],
) -> Found:
    """Find the campaigns of a window at the stated false-discovery rate.

    `authorised`, shape (accounts,), marks the customers of the ledger: a group that is mostly theirs is kept for review,
    with them alone in it; in any other group they are no members.
    """
    candidates = proposals(scene, links)
    tests: list[tuple[Tested, Proposal, Suspects, Events]] = []
    for start in range(0, len(candidates), _GROUPS_AT_ONCE):
        progress("testing groups", start, len(candidates))
        chunk = candidates[start : start + _GROUPS_AT_ONCE]
        for proposal, events in zip(chunk, window.events([one.as_group() for one in chunk]), strict=True):
            for split in splits(scene, proposal.accounts, events, proposal.origin):
                core = core_of(scene, events, split)
                tests.append((test_group(scene, core, links), proposal, split, events))
    progress("testing groups", len(candidates), len(candidates))
    if not tests:
        return Found(accepted=(), declined=(), judged=0)
    values = q_values(np.array([tested.p_value for tested, *_ in tests]))
    accepted, declined = [], []
    for place in sorted(range(len(tests)), key=lambda at: (values[at], -tests[at][0].suspects.exchanges)):
        tested, proposal, split, events = tests[place]
        if values[place] > fdr:
            break
        judgement = judge(scene, tested, signals)
        twin = judgement.fitting_twin()
        is_review = bool(authorised[judgement.suspects.accounts].mean() >= _LEAST_AUTHORISED)
        if twin is not None and not is_review:
            declined.append(Declined(judgement, twin[0], twin[1].because))
        elif judgement.purpose >= LEAST_PURPOSE and judgement.suspects.exchanges >= LEAST_EXCHANGES:
            wide = widen(scene, judgement.suspects, split, events)
            mine = suspects_of(wide.accounts[authorised[wide.accounts] == is_review], events, wide.origin, scene)
            accepted.append(Accepted(replace(judgement, suspects=mine), float(values[place]), proposal, is_review))
    campaigns = _distinct(accepted)
    taken = {int(account) for one in campaigns for account in one.judgement.suspects.accounts}
    return Found(accepted=tuple(campaigns), declined=tuple(_distinct_declined(declined, taken)), judged=len(tests))


def _distinct(accepted: Sequence[Accepted]) -> list[Accepted]:
    """One campaign a fleet: a group that overlaps a stronger one lends it its accounts and evidence."""
    out: list[Accepted] = []
    for one in accepted:
        mine = one.judgement.suspects.accounts
        same = next((at for at, other in enumerate(out) if _overlaps(mine, other.judgement.suspects.accounts)), None)
        if same is None:
            if len(mine) >= LEAST_ACCOUNTS or (one.is_review and len(mine)):
                out.append(one)
        else:
            out[same] = _joined(out[same], one)
    return out


def _overlaps(left: np.ndarray, right: np.ndarray) -> bool:  # type: ignore[type-arg]  # account numbers
    return len(np.intersect1d(left, right)) >= _SAME_GROUP * min(len(left), len(right))


def _joined(first: Accepted, second: Accepted) -> Accepted:
    """Keep the first, with evidence of kinds that only the second has."""
    seen = {evidence.source for evidence in first.judgement.evidence}
    more = tuple(evidence for evidence in second.judgement.evidence if evidence.source not in seen)
    return first._replace(judgement=replace(first.judgement, evidence=first.judgement.evidence + more))


def _distinct_declined(declined: Sequence[Declined], taken: set[int]) -> list[Declined]:
    out: list[Declined] = []
    for one in declined:
        mine = one.judgement.suspects.accounts
        if sum(int(account) in taken for account in mine) >= _SAME_GROUP * len(mine):
            continue
        if not any(_overlaps(mine, other.judgement.suspects.accounts) for other in out):
            out.append(one)
    return out
