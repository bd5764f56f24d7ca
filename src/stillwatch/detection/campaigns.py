"""Find campaigns: propose groups, judge each, control the false-discovery rate, and say who belongs.

The list of campaigns carries the stated rate: groups are ranked by Benjamini-Hochberg over everything that was judged.
Purpose and twins only ever take groups away from that list, so they cannot raise the rate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from stillwatch.detection.core_group import part_of
from stillwatch.detection.distinct import Accepted, Declined, distinct, distinct_declined
from stillwatch.detection.graph import Proposal, proposals
from stillwatch.detection.group_tests import LEAST_EXCHANGES, Asked, Candidate, GroupTest, group_tests
from stillwatch.detection.judgement import Outcome, Tested, judge, test_group
from stillwatch.detection.link import askable_links
from stillwatch.detection.membership import widen, without_others
from stillwatch.detection.purpose import LEAST_PURPOSE
from stillwatch.detection.reach import reach
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects
from stillwatch.detection.spread_group_tests import Workers, spread_group_tests
from stillwatch.detection.statistics import q_values

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stillwatch.detection.link import Link
    from stillwatch.detection.signal import Signal
    from stillwatch.logs.window import Window

_GROUPS_AT_ONCE: Final = 64
_MOST_ROUNDS: Final = 5
_LEAST_REPORTED: Final = 0.5  # of the accounts that carry the proof
_LEAST_AUTHORISED: Final = 0.5  # of the accounts


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    accepted: tuple[Accepted, ...]
    declined: tuple[Declined, ...]
    judged: int
    tested: tuple[Outcome, ...] = ()
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
    workers: Workers | None = None,
) -> Found:
    """Find the campaigns of a window at the stated false-discovery rate.

    `authorised`, shape (accounts,), marks the customers of the ledger: a group that is mostly theirs is kept for
    review, with them alone in it; in any other group they are no members. `workers` test the groups where there is much
    to test; None = this process does.
    """
    links = askable_links(scene, links)
    candidates, passed_over = proposals(scene, links)
    tests = _tests(window, scene, candidates, Asked(links, signals, fdr), workers, progress)
    values = np.ones(len(tests))
    asked = np.flatnonzero([one.could_matter for one in tests])
    if len(asked):
        values[asked] = q_values(np.array([tests[place].p_value for place in asked]), len(asked) + passed_over)
    accepted, declined = [], []
    for place in sorted(range(len(tests)), key=lambda at: (values[at], -tests[at].outcome.exchanges)):
        kept = tests[place].kept
        if values[place] > fdr or kept is None:
            break
        final = _settled(scene, kept.tested, kept.split, (links, fdr))
        if final is None:
            continue
        judgement = judge(scene, final, signals)
        twin = judgement.fitting_twin()
        is_review = bool(authorised[final.suspects.accounts].mean() >= _LEAST_AUTHORISED)
        if twin is not None and not is_review:
            declined.append(Declined(judgement, twin[0], twin[1].because))
        elif judgement.purpose >= LEAST_PURPOSE and final.suspects.exchanges >= LEAST_EXCHANGES:
            members = part_of(final.suspects, authorised[final.suspects.accounts] == is_review)
            judgement = replace(judgement, suspects=members)
            accepted.append(Accepted(judgement, float(values[place]), kept.proposal, is_review))
    campaigns = distinct(_extended(window, scene, distinct(accepted), (links, signals), authorised))
    taken = {int(account) for one in campaigns for account in one.judgement.suspects.accounts}
    return Found(
        accepted=tuple(campaigns),
        declined=tuple(distinct_declined(declined, taken)),
        judged=len(tests),
        tested=tuple(one.outcome for one in tests),
    )


def _tests(  # noqa: PLR0913, PLR0917  # one step of `find_campaigns`
    window: Window,
    scene: Scene,
    proposed: Sequence[Proposal],
    asked: Asked,
    workers: Workers | None,
    progress: Callable[[str, int, int], None],
) -> list[GroupTest]:
    """Test the core of every split of every proposed group."""
    fetched = window.events([one.as_group() for one in proposed])
    candidates = [Candidate(*one) for one in zip(proposed, fetched, strict=True)]
    if workers is not None and workers.are_worth(candidates):
        return spread_group_tests(scene, candidates, asked, workers, progress)
    out: list[GroupTest] = []
    for number, candidate in enumerate(candidates):
        if number % _GROUPS_AT_ONCE == 0:
            progress("testing groups", number, len(candidates))
        out.extend(group_tests(scene, candidate, asked))
    progress("testing groups", len(candidates), len(candidates))
    return out


def _settled(scene: Scene, tested: Tested, split: Suspects, search: tuple[tuple[Link, ...], float]) -> Tested | None:
    """The group as it would be reported; None where its core does not hold without those who are somebody else.

    The core carries the proof; those who do as it does are added to it, and the evidence is told of all of them. What
    is proven of a core of which few are reported is proven of others.
    """
    links, fdr = search
    wide = widen(scene, tested.suspects, split)
    core = without_others(scene, tested.suspects, split)
    if min(core.size, wide.size) < LEAST_ACCOUNTS:
        return None
    if np.isin(core.accounts, wide.accounts).mean() < _LEAST_REPORTED:
        return None
    proof = tested if core.size == tested.suspects.size else test_group(scene, core, links)
    if proof.p_value > fdr:
        return None
    return Tested(wide, test_group(scene, wide, links).evidence, proof.p_value)


def _purged(scene: Scene, suspects: Suspects) -> Suspects:
    """Those of a group who are like the group as a whole; the whole group where too few are."""
    for _ in range(_MOST_ROUNDS):  # the fewer strangers are left, the clearer the rest of them shows
        alike = widen(scene, suspects, suspects)
        if alike.size in {suspects.size, *range(LEAST_ACCOUNTS)}:
            break
        suspects = alike
    return suspects


def _extended(
    window: Window,
    scene: Scene,
    campaigns: Sequence[Accepted],
    shelves: tuple[tuple[Link, ...], tuple[Signal, ...]],
    authorised: npt.NDArray[np.bool_],
) -> list[Accepted]:
    """Campaigns with the accounts of the rest of the log that belong to them, and without those that several groups
    together show to be somebody else; their proof stays as it was.
    """
    own = [one for one in campaigns if not one.is_review]
    wide = reach(window, scene, [_purged(scene, one.judgement.suspects) for one in own], authorised)
    out = [one for one in campaigns if one.is_review]
    for one, suspects in zip(own, wide, strict=True):
        if np.array_equal(suspects.accounts, one.judgement.suspects.accounts):
            out.append(one)
            continue
        evidence = test_group(scene, suspects, shelves[0]).evidence
        judgement = judge(scene, Tested(suspects, evidence, one.judgement.p_value), shelves[1])
        out.append(one if judgement.fitting_twin() is not None else one._replace(judgement=judgement))
    return out
