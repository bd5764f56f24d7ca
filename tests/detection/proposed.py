"""Proposed groups of a world, with rows of one table of exchanges, as a window gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.detection.graph import proposals
from stillwatch.detection.group_tests import Asked, Candidate
from stillwatch.detection.link import askable_links
from stillwatch.detection.shelves import links, signals
from stillwatch.logs.window_rows import Events, RowsOf

if TYPE_CHECKING:
    from stillwatch.detection.group_tests import GroupTest
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.detection.world import World


def asked_of(scene: Scene, fdr: float = 0.01) -> Asked:
    return Asked(askable_links(scene, links()), signals(), fdr)


def candidates_of(world: World, scene: Scene) -> list[Candidate]:
    all_of_it = world.events()
    out = []
    for proposal in proposals(scene, asked_of(scene).links).groups:
        mine = np.isin(all_of_it["account_no"], proposal.accounts)
        if len(proposal.keys):
            mine &= all_of_it["is_in_focus"] == 1
        rows = RowsOf(all_of_it.columns, np.flatnonzero(mine))
        out.append(Candidate(proposal, Events(columns=rows, models=all_of_it.models, keys=proposal.keys)))
    return out


def told(test: GroupTest) -> tuple[object, ...]:
    """A test as plain values, which can be compared."""
    kept = test.kept
    return (
        test.outcome.accounts.tolist(),
        *test[1:3],
        test.outcome.exchanges,
        test.outcome.evidence,
        kept and (_group(kept.tested.suspects), kept.tested[1:], kept.proposal.origin, _group(kept.split)),
    )


def _group(suspects: Suspects) -> tuple[object, ...]:
    events = {name: values.tolist() for name, values in suspects.events.columns.items()}
    numbers = (suspects.accounts, suspects.place, suspects.all_exchanges, suspects.events.keys)
    return (events, [one.tolist() for one in numbers], suspects.origin, suspects.chosen_from)
