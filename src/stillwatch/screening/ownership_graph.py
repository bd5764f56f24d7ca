"""Who owns whom, on a day: the graph that rules of ownership are judged on.

>>> from datetime import date
>>> from stillwatch.core.holding import Holding
>>> graph = OwnershipGraph.on(date(2026, 1, 1), [Holding(owner="SDN:1", owned="party:orrin", share=0.6)], listed={})
>>> graph.owners["party:orrin"]
{'SDN:1': Stake(share=0.6, source='')}

Two statements on one pair do not add up: the larger share counts. A holding whose share is not known counts as unknown
unless another statement knows it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from stillwatch.core.holding import Holding


class Stake(NamedTuple):
    share: float | None
    source: str


class Listing(NamedTuple):
    """On which sources a party is listed."""

    lists: frozenset[str]
    is_candidate: bool = False
    """Whether it is so only if a match of names holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipGraph:
    owners: Mapping[str, Mapping[str, Stake]]
    """Key of a party → keys of its owners, with their shares."""
    listed: Mapping[str, Listing]
    names: Mapping[str, str] = field(default_factory=dict)
    """Key → how to call the party; the key where there is none."""
    persons: frozenset[str] = frozenset()
    """Natural persons, whom nobody owns."""

    @classmethod
    def on(
        cls,
        day: date,
        holdings: Iterable[Holding],
        *,
        listed: Mapping[str, Listing],
        names: Mapping[str, str] | None = None,
        persons: frozenset[str] = frozenset(),
    ) -> OwnershipGraph:
        """The holdings that are valid on a day; a date that is not stated bounds nothing."""
        owners: dict[str, dict[str, Stake]] = defaultdict(dict)
        for one in holdings:
            if not is_valid(one, day):
                continue
            known = owners[one.owned].get(one.owner)
            if known is None or (one.share is not None and (known.share is None or one.share > known.share)):
                owners[one.owned][one.owner] = Stake(one.share, one.source)
        return cls(owners=dict(owners), listed=listed, names=names or {}, persons=persons)

    def name_of(self, key: str) -> str:
        return self.names.get(key, key)


def is_valid(one: Holding, day: date) -> bool:
    """Whether a holding is in force on a day. A date that is known to the year or month alone bounds as a whole."""
    written = day.isoformat()
    started = not one.valid_from or one.valid_from <= written[: len(one.valid_from)]
    ended = bool(one.valid_until) and one.valid_until <= written[: len(one.valid_until)]
    return started and not ended
