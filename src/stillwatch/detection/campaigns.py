"""Find campaigns: propose groups, judge each, control the false-discovery rate, and say who belongs.

The list of campaigns carries the stated rate: groups are ranked by Benjamini-Hochberg over everything that was judged.
Purpose and twins only ever take groups away from that list, so they cannot raise the rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.detection.core_group import core_of, part_of, splits
from stillwatch.detection.graph import Proposal, proposals
from stillwatch.detection.judgement import Judgement, Tested, judge, test_group
from stillwatch.detection.membership import widen
from stillwatch.detection.purpose import LEAST_PURPOSE
from stillwatch.detection.reach import reach
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects, together
from stillwatch.detection.statistics import SMALLEST_P, q_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.detection.link import Link
    from stillwatch.detection.signal import Signal
    from stillwatch.logs.window import Ints, Window

LEAST_EXCHANGES: Final = 200
"""Fewer exchanges than this, all members together, are worth nobody's training run."""
_GROUPS_AT_ONCE: Final = 64
_LEAST_AUTHORISED: Final = 0.5  # of the accounts
_UNIFORM: Final = 0.9  # of the exchanges with one configuration, and with one client
_MAIN_PIECE: Final = 0.4
_WELL_PROVEN: Final = 6.0  # orders of magnitude
_PROGRAM: Final = ("params_key", "client_key")
_SAME_GROUP: Final = 0.5  # of the smaller group's accounts
_SAME_EXCHANGES: Final = 0.15  # of the smaller group's


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
    tested: tuple[Tested, ...] = ()
    """Every group that was tested, on the list or not; precursors look at those that are not."""


def find_campaigns(  # noqa: PLR0913  # each is one setting of the search
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

    `authorised`, shape (accounts,), marks the customers of the ledger: a group that is mostly theirs is kept for
    review, with them alone in it; in any other group they are no members.
    """
    candidates, passed_over = proposals(scene, links)
    tests: list[tuple[Tested, Proposal, Suspects]] = []
    fetched = window.events([one.as_group() for one in candidates])
    for number, (proposal, events) in enumerate(zip(candidates, fetched, strict=True)):
        if number % _GROUPS_AT_ONCE == 0:
            progress("testing groups", number, len(candidates))
        for split in splits(scene, proposal.accounts, events, proposal.origin):
            core = core_of(scene, split)
            tests.append((test_group(scene, core, links), proposal, split))
    progress("testing groups", len(candidates), len(candidates))
    if not tests:
        return Found(accepted=(), declined=(), judged=0)
    values = q_values(np.array([tested.p_value for tested, *_ in tests]), len(tests) + passed_over)
    accepted, declined = [], []
    for place in sorted(range(len(tests)), key=lambda at: (values[at], -tests[at][0].suspects.exchanges)):
        tested, proposal, split = tests[place]
        if values[place] > fdr:
            break
        final = _settled(scene, tested, split, (links, fdr))
        if final is None:
            continue
        judgement = judge(scene, final, signals)
        twin = judgement.fitting_twin()
        is_review = bool(authorised[final.suspects.accounts].mean() >= _LEAST_AUTHORISED)
        if twin is not None and not is_review:
            declined.append(Declined(judgement, twin[0], twin[1].because))
        elif judgement.purpose >= LEAST_PURPOSE and final.suspects.exchanges >= LEAST_EXCHANGES:
            kept = part_of(final.suspects, authorised[final.suspects.accounts] == is_review, scene)
            accepted.append(Accepted(replace(judgement, suspects=kept), float(values[place]), proposal, is_review))
    campaigns = _distinct(_extended(window, scene, _distinct(accepted), (links, signals), authorised))
    taken = {int(account) for one in campaigns for account in one.judgement.suspects.accounts}
    return Found(
        accepted=tuple(campaigns),
        declined=tuple(_distinct_declined(declined, taken)),
        judged=len(tests),
        tested=tuple(tested for tested, *_ in tests),
    )


def _settled(scene: Scene, tested: Tested, split: Suspects, search: tuple[tuple[Link, ...], float]) -> Tested | None:
    """The group as it would be reported; None where its core does not hold without those who are somebody else.

    The core carries the proof; those who do as it does are added to it, and the evidence is told of all of them.
    """
    links, fdr = search
    wide = widen(scene, tested.suspects, split)
    core = np.intersect1d(wide.accounts, tested.suspects.accounts)
    if len(core) < LEAST_ACCOUNTS:
        return None
    proof = tested
    if len(core) < tested.suspects.size:
        proof = test_group(scene, part_of(split, np.isin(split.accounts, core), scene), links)
    if proof.p_value > fdr:
        return None
    return Tested(wide, test_group(scene, wide, links).evidence, proof.p_value)


def _extended(
    window: Window,
    scene: Scene,
    campaigns: Sequence[Accepted],
    shelves: tuple[tuple[Link, ...], tuple[Signal, ...]],
    authorised: npt.NDArray[np.bool_],
) -> list[Accepted]:
    """Campaigns with the accounts of the rest of the log that belong to them; their proof stays as it was."""
    own = [one for one in campaigns if not one.is_review]
    wide = reach(window, scene, [one.judgement.suspects for one in own], authorised)
    out = [one for one in campaigns if one.is_review]
    for one, suspects in zip(own, wide, strict=True):
        if suspects.size == one.judgement.suspects.size:
            out.append(one)
            continue
        evidence = test_group(scene, suspects, shelves[0]).evidence
        judgement = judge(scene, Tested(suspects, evidence, one.judgement.p_value), shelves[1])
        out.append(one if judgement.fitting_twin() is not None else one._replace(judgement=judgement))
    return out


def _distinct(accepted: Sequence[Accepted]) -> list[Accepted]:
    """One campaign a fleet: accepted groups that mostly agree are one.

    A group of one configuration and one client is purer than the larger group around it, so it goes first, and the
    larger one then lends it evidence only; so does one whose proof is far weaker, since it is larger by strangers.
    Unless the first is a small piece of a fleet whose accounts were made to differ.
    """
    out: list[Accepted] = []
    for one in sorted(accepted, key=_precision_order):
        mine = one.judgement.suspects
        if mine.size < LEAST_ACCOUNTS and not (one.is_review and mine.size):
            continue
        same = next((at for at, other in enumerate(out) if _is_same(one, other)), None)
        if same is None:
            out.append(one)
            continue
        is_main_piece = out[same].judgement.suspects.size >= _MAIN_PIECE * mine.size
        if is_main_piece and (_is_uniform(out[same]) or _is_better(out[same], one)):
            out[same] = _with_evidence(out[same], one)
        else:
            out[same] = _joined(out[same], one)
    return sorted(out, key=lambda each: (each.q_value, -each.judgement.suspects.exchanges))


def _is_better(first: Accepted, second: Accepted) -> bool:
    """Purer, or proven twice as far out."""
    return _uniform_columns(first) > _uniform_columns(second) or _strength(first) > 2 * _strength(second)


def _strength(one: Accepted) -> float:
    return -math.log10(max(one.judgement.p_value, SMALLEST_P))


def _precision_order(one: Accepted) -> tuple[int, bool, bool, int]:
    """The purest first, then what is proven well, then what a key holds together, then the larger."""
    suspects = one.judgement.suspects
    is_weak = _strength(one) < _WELL_PROVEN
    return -_uniform_columns(one), is_weak, len(suspects.events.keys) == 0, -suspects.exchanges


def _uniform_columns(one: Accepted) -> int:
    """Of configuration and client, how many are one and the same in nearly all exchanges."""
    events = one.judgement.suspects.events
    return sum(_most_shown(events[column]).share >= _UNIFORM for column in _PROGRAM)


def _is_uniform(one: Accepted) -> bool:
    return _uniform_columns(one) == len(_PROGRAM)


def _is_same(one: Accepted, other: Accepted) -> bool:
    mine, theirs = one.judgement.suspects, other.judgement.suspects
    return (
        one.is_review == other.is_review
        and _overlaps(mine.accounts, theirs.accounts, _SAME_GROUP)
        and not _are_two_pipelines(one, other)
    )


def _are_two_pipelines(one: Accepted, other: Accepted) -> bool:
    """Two operators may rent one pool: the same accounts, but other exchanges, of another configuration or client."""
    if not (_is_uniform(one) and _is_uniform(other)):
        return False
    mine, theirs = one.judgement.suspects, other.judgement.suspects
    if _overlaps(mine.events["exchange_no"], theirs.events["exchange_no"], _SAME_EXCHANGES):
        return False
    return any(_most_shown(mine.events[column]) != _most_shown(theirs.events[column]) for column in _PROGRAM)


class _Shown(NamedTuple):
    value: int
    share: float


def _most_shown(values: Ints) -> _Shown:
    found, counts = np.unique(values, return_counts=True)
    return _Shown(int(found[counts.argmax()]), float(counts.max() / counts.sum())) if len(found) else _Shown(0, 0.0)


def _overlaps(left: Ints, right: Ints, least: float) -> bool:
    return len(np.intersect1d(left, right)) >= least * min(len(left), len(right))


def _with_evidence(first: Accepted, second: Accepted) -> Accepted:
    """The first group with the other's evidence of kinds that it has not."""
    seen = {evidence.source for evidence in first.judgement.evidence}
    more = tuple(evidence for evidence in second.judgement.evidence if evidence.source not in seen)
    joined = replace(first.judgement, evidence=first.judgement.evidence + more)
    return first._replace(judgement=joined, q_value=min(first.q_value, second.q_value))


def _joined(first: Accepted, second: Accepted) -> Accepted:
    """The larger of two groups, with the other's accounts and evidence."""
    small, large = sorted((first, second), key=lambda each: each.judgement.suspects.size)
    both = together(large.judgement.suspects, small.judgement.suspects)
    return _with_evidence(large._replace(judgement=replace(large.judgement, suspects=both)), small)


def _distinct_declined(declined: Sequence[Declined], taken: set[int]) -> list[Declined]:
    out: list[Declined] = []
    for one in declined:
        mine = one.judgement.suspects.accounts
        if sum(int(account) in taken for account in mine) >= _SAME_GROUP * len(mine):
            continue
        if not any(_overlaps(mine, other.judgement.suspects.accounts, _SAME_GROUP) for other in out):
            out.append(one)
    return out
