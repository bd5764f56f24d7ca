"""The scene: what every link and signal may look at.

`Scene` is the log as a whole, reduced to accounts; `Suspects` is one group under test, with its exchanges. Both are
values: a link reads them and gives evidence, it never changes them and never asks the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import numpy.typing as npt

from stillwatch.logs.takings import Takings, no_takings
from stillwatch.logs.window_rows import Events, Facets, Handovers, Ints, Model, Population, Registry, Shares

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stillwatch.detection.density import Density
    from stillwatch.detection.pair_share import PairShare
    from stillwatch.detection.starts import Starts
    from stillwatch.detection.tallies import Tallies

Floats = npt.NDArray[np.float64]
Answer = TypeVar("Answer")

LEAST_ACCOUNTS: Final = 4
"""Fewer accounts than this are no group: friends, a family, an old and a new key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    population: Population
    registry: Registry
    modes: Mapping[str, Ints]
    """Each account's most frequent value of each facet (params, client, address, prefix, org, team); 0 = none."""
    bins: Facets
    """Conversations by account and bin of `bin_width` nanoseconds from `origin` in which they begin."""
    bin_width: int
    origin: int
    end: int
    """The last exchange of the log."""
    handovers: Handovers
    replays: tuple[Ints, Ints, Ints]
    models: tuple[Model, ...]
    shares: Shares
    """Repeated keys, in order of key."""
    reference: Ints
    """Conversations by bin of a sample of accounts, shape (sample, bins): what unrelated accounts look like in time."""
    reference_accounts: Ints
    """Whose rows these are, shape (sample,)."""
    reference_starts: Starts
    """When these accounts begin conversations; `place` is an index of `reference_accounts`."""
    seed: int
    ignored_facets: frozenset[str]
    """Facets that say nothing in this log, such as an address behind a load balancer."""
    pair_share: Mapping[str, PairShare]
    """Chance that two accounts drawn at random share a value, by kind of key or facet."""
    rate_sample: Ints
    """A random sample of accounts, whose rates stand for those of unrelated accounts."""
    openings: Density
    """Opening times of all accounts that the accounts file knows."""
    profile: npt.NDArray[np.floating[Any]]
    """Mean similarity sketch of each account, shape (n, 128); rows of accounts with too few prompts are NaN."""
    tallies: Tallies
    """All accounts counted, to hold a group against."""
    takings: Takings = field(default_factory=no_takings)
    """Exchanges that carry an item of a public prompt set; none where the store knows no set."""

    @property
    def accounts(self) -> int:
        return len(self.population.exchanges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspects:
    accounts: Ints
    """Account numbers, ascending."""
    events: Events
    """Their exchanges that carry the group's keys: the ones in focus."""
    place: Ints
    """For each event, the index of its account in `accounts`."""
    origin: str
    """Name of the link that proposed the group."""
    all_exchanges: Ints
    """All exchanges of each account, in focus or not."""
    chosen_from: int
    """How many accounts these were chosen from by their rate: a test of rates must count the choice."""
    answers: dict[str, Any] = field(init=False, default_factory=dict, repr=False, compare=False)
    """What was worked out about the group already: a dozen links, signals and twins ask the same few questions, and to
    count anew each time was half the cost of a scan."""

    @property
    def size(self) -> int:
        return len(self.accounts)

    @property
    def exchanges(self) -> int:
        return len(self.events)

    def once(self, question: str, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question about the group, worked out when first asked; it must depend on nothing else."""
        if question not in self.answers:
            self.answers[question] = answer()
        found: Answer = self.answers[question]
        return found

    def focus_counts(self) -> Ints:
        """Exchanges in focus of each account, shape (size,)."""
        return self.once("focus counts", lambda: np.bincount(self.place, minlength=self.size).astype(np.int64))


def select(events: Events, wanted: npt.NDArray[np.bool_]) -> Events:
    """The events where `wanted`, shape (m,), is true."""
    return events if wanted.all() else events.taken(wanted)


def suspects_of(accounts: Ints, events: Events, origin: str, scene: Scene, chosen_from: int = 0) -> Suspects:
    """Make a group under test of some accounts, out of events that may hold others too.

    `chosen_from` is 0 where the accounts were not chosen by their rate.
    """
    accounts = np.unique(accounts)
    place_of = np.full(scene.accounts, -1, np.int64)
    place_of[accounts] = np.arange(len(accounts))
    place = place_of[events["account_no"]]
    return Suspects(
        accounts=accounts,
        events=select(events, place >= 0),
        place=place[place >= 0],
        origin=origin,
        all_exchanges=scene.population.exchanges[accounts],
        chosen_from=max(chosen_from, len(accounts)),
    )


def together(first: Suspects, second: Suspects) -> Suspects:
    """Two groups as one: the accounts of both, each exchange once."""
    accounts = np.union1d(first.accounts, second.accounts)
    numbers = np.concatenate([first.events["exchange_no"], second.events["exchange_no"]])
    kept = np.unique(numbers, return_index=True)[1]
    columns = {
        name: np.concatenate([values, second.events[name]])[kept] for name, values in first.events.columns.items()
    }
    order = np.argsort(columns["started_at"], kind="stable")
    events = Events(
        columns={name: values[order] for name, values in columns.items()},
        models=first.events.models,
        keys=np.union1d(first.events.keys, second.events.keys),
    )
    all_exchanges = np.zeros(len(accounts), np.int64)
    for one in (first, second):
        all_exchanges[np.searchsorted(accounts, one.accounts)] = one.all_exchanges
    return Suspects(
        accounts=accounts,
        events=events,
        place=np.searchsorted(accounts, events["account_no"]).astype(np.int64),
        origin=first.origin,
        all_exchanges=all_exchanges,
        chosen_from=max(first.chosen_from, second.chosen_from, len(accounts)),
    )
