"""From hubs to groups worth testing: merge hubs of the same accounts, then find each group's core.

A fleet shows as several hubs (one a template, one a card, one a workload). Hubs whose accounts mostly agree are one
group. Within a group, accounts are split by request configuration, because one pipeline has one, and the *core* is the
accounts that send at one rate; strangers that share the wording fall outside of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene
from stillwatch.logs.window_rows import Group, Ints

if TYPE_CHECKING:
    import numpy.typing as npt

    from stillwatch.detection.link import Hub, Link

_LEAST_AGREEMENT: Final = (
    0.4  # Jaccard similarity of the accounts of two hubs; a template of which few words are kept has hubs of .45
)
_MOST_GROUPS: Final = 500
_MOST_OF_ONE: Final = 300
_MOST_HUBS: Final = 3000
_WITNESSES: Final = 50


class Proposal(NamedTuple):
    """A group worth testing: accounts (m,), the keys that tie them, and the link that proposed it."""

    accounts: Ints
    kinds: Ints
    keys: Ints
    origin: str
    score: float

    def as_group(self) -> Group:
        return Group(accounts=self.accounts, kinds=self.kinds, keys=self.keys)


class Proposals(NamedTuple):
    groups: list[Proposal]
    """The strongest first."""
    passed_over: int
    """How many more there were: they count as tested."""


def proposals(scene: Scene, links: tuple[Link, ...]) -> Proposals:
    """Ask every link for hubs, strongest first, and merge those of one origin that agree; at most `_MOST_GROUPS`, and
    at most `_MOST_OF_ONE` of one link.
    """
    out: list[Proposal] = []
    passed_over = 0
    for link in links:
        if link.propose is not None:
            found = _merged(link.propose(scene)[:_MOST_HUBS], link.name, scene)
            out.extend(found[:_MOST_OF_ONE])
            passed_over += len(found[_MOST_OF_ONE:])
    out.sort(key=lambda one: -one.score)
    return Proposals(out[:_MOST_GROUPS], passed_over + len(out[_MOST_GROUPS:]))


def _merged(hubs: list[Hub], origin: str, scene: Scene) -> list[Proposal]:
    """Join each hub to the first, stronger one that it agrees with.

    Which hubs could agree is told by the `_WITNESSES` of their accounts that come first in one random order: sets that
    share two fifths of what they hold share some of those (bottom-k sketches, Cohen and Kaplan 2007), and a set of no
    more is looked at whole.
    """
    rank = np.random.default_rng(scene.seed).permutation(scene.accounts)
    is_in = np.zeros(scene.accounts, np.bool_)
    kept: list[tuple[Ints, list[Hub]]] = []
    by_witness: dict[int, set[int]] = {}
    for hub in hubs:
        members = np.unique(hub.accounts)
        is_in[members] = True
        witnesses = members[np.argsort(rank[members])[:_WITNESSES]].tolist()
        near = sorted({place for account in witnesses for place in by_witness.get(account, ())})
        place = next((place for place in near if _jaccard(is_in, len(members), kept[place][0]) >= _LEAST_AGREEMENT), -1)
        is_in[members] = False
        if place < 0:
            place = len(kept)
            kept.append((members, [hub]))
        else:
            kept[place] = (np.union1d(kept[place][0], members), [*kept[place][1], hub])
        for account in witnesses:
            by_witness.setdefault(account, set()).add(place)
    return [_proposal(members, group, origin, scene) for members, group in kept if len(members) >= LEAST_ACCOUNTS]


def _jaccard(is_in: npt.NDArray[np.bool_], size: int, other: Ints) -> float:
    """Similarity of a set of `size` accounts, as marks over all of them, to another set."""
    both = int(is_in[other].sum())
    return both / (size + len(other) - both)


def _proposal(accounts: Ints, hubs: list[Hub], origin: str, scene: Scene) -> Proposal:
    most = np.zeros(len(accounts))
    for hub in hubs:
        place = np.searchsorted(accounts, hub.accounts)
        most[place] = np.maximum(most[place], hub.exchanges)
    share = most / np.maximum(1, scene.population.exchanges[accounts])
    return Proposal(
        accounts=accounts,
        kinds=np.concatenate([hub.kinds for hub in hubs]).astype(np.int64),
        keys=np.concatenate([hub.keys for hub in hubs]).astype(np.int64),
        origin=origin,
        score=float(np.median(share) * np.log1p(most.sum())),
    )
