"""From hubs to groups worth testing: merge hubs of the same accounts, then find each group's core.

A fleet shows as several hubs (one a template, one a card, one a workload). Hubs whose accounts mostly agree are one
group. Within a group, accounts are split by request configuration, because one pipeline has one, and the *core* is the
accounts that send at one rate; strangers that share the wording fall outside of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene
from stillwatch.logs.window import Group, Ints

if TYPE_CHECKING:
    from stillwatch.detection.link import Hub, Link

_LEAST_AGREEMENT: Final = 0.5  # Jaccard similarity of the accounts of two hubs
_MOST_GROUPS: Final = 500
_MOST_OF_ONE: Final = 300
_MOST_HUBS: Final = 3000


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
    """Join each hub to the first, stronger one that it agrees with."""
    kept: list[tuple[set[int], list[Hub]]] = []
    by_account: dict[int, list[int]] = {}
    for hub in hubs:
        members = set(hub.accounts.tolist())
        near = {place for account in list(members)[:50] for place in by_account.get(account, ())}
        agreeing = [place for place in sorted(near) if _jaccard(members, kept[place][0]) >= _LEAST_AGREEMENT]
        if agreeing:
            place = agreeing[0]
            kept[place][1].append(hub)
            kept[place][0].update(members)
        else:
            place = len(kept)
            kept.append((set(members), [hub]))
        for account in members:
            by_account.setdefault(account, []).append(place)
    return [_proposal(group, origin, scene) for members, group in kept if len(members) >= LEAST_ACCOUNTS]


def _jaccard(left: set[int], right: set[int]) -> float:
    both = len(left & right)
    return both / (len(left) + len(right) - both)


def _proposal(hubs: list[Hub], origin: str, scene: Scene) -> Proposal:
    accounts = np.unique(np.concatenate([hub.accounts for hub in hubs])).astype(np.int64)
    used = np.zeros(scene.accounts)
    for hub in hubs:
        used[hub.accounts] = np.maximum(used[hub.accounts], hub.exchanges)
    share = used[accounts] / np.maximum(1, scene.population.exchanges[accounts])
    return Proposal(
        accounts=accounts,
        kinds=np.concatenate([hub.kinds for hub in hubs]).astype(np.int64),
        keys=np.concatenate([hub.keys for hub in hubs]).astype(np.int64),
        origin=origin,
        score=float(np.median(share) * np.log1p(used[accounts].sum())),
    )
