"""Test one proposed group: the core of each of its splits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.detection.core_group import core_of, splits
from stillwatch.detection.judgement import Outcome, Tested, screen_group
from stillwatch.detection.purpose import LEAST_PURPOSE, serves

if TYPE_CHECKING:
    from stillwatch.detection.graph import Proposal
    from stillwatch.detection.link import Link
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.detection.signal import Signal
    from stillwatch.logs.window_rows import Events

LEAST_EXCHANGES: Final = 200
"""Fewer exchanges than this, all members together, are worth nobody's training run."""
_SOME_OF_IT: Final = 0.5
"""Of the purpose: what a core lacks, its whole group may have."""


class Asked(NamedTuple):
    """What a group is tested with."""

    links: tuple[Link, ...]
    signals: tuple[Signal, ...]
    fdr: float


class Candidate(NamedTuple):
    """A proposed group with its exchanges."""

    proposal: Proposal
    events: Events


class Kept(NamedTuple):
    """A group that may be a campaign, with its exchanges."""

    tested: Tested
    proposal: Proposal
    split: Suspects


class GroupTest(NamedTuple):
    outcome: Outcome
    p_value: float
    could_matter: bool
    kept: Kept | None
    """None where the p-value is above the stated rate: then it is above any q-value too, and thousands of such groups
    would hold the log in memory many times over."""


def group_tests(scene: Scene, candidate: Candidate, asked: Asked) -> list[GroupTest]:
    """Test the core of every split of a group."""
    proposal, events = candidate
    out = []
    for split in splits(scene, proposal.accounts, events, proposal.origin):
        core = core_of(scene, split)
        tested = screen_group(scene, core, asked.links, asked.fdr)
        out.append(
            GroupTest(
                outcome=Outcome(core.accounts, core.exchanges, tested.evidence),
                p_value=tested.p_value,
                could_matter=_could_matter(scene, core, asked.signals),
                kept=Kept(tested, proposal, split) if tested.p_value <= asked.fdr else None,
            )
        )
    return out


def _could_matter(scene: Scene, core: Suspects, signals: tuple[Signal, ...]) -> bool:
    """Whether a group could be reported at all if it acts in concert.

    Purpose says nothing of concert, so groups without any are left out before the false-discovery rate is controlled
    (independent filtering, Bourgon, Gentleman and Huber 2010); what is reported must reach the full purpose.
    """
    return core.exchanges >= LEAST_EXCHANGES and serves(scene, core, signals, _SOME_OF_IT * LEAST_PURPOSE)
