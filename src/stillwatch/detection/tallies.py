"""What the log holds in all, counted once per scan, so that the test of a group costs what the group is, not the log.

Hundreds of groups are tested, each against "all other accounts": the others are all accounts less the members.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stillwatch.logs.window_rows import DAY_NS, Facets, Ints, Model, Population, Registry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt


class Tally(NamedTuple):
    """How many accounts hold each value of one kind; 0 is no value and not counted."""

    values: Ints
    """Ascending, shape (m,)."""
    accounts: Ints
    """Accounts that hold it, shape (m,)."""
    known: int
    """Accounts that hold any."""
    pair_share: float
    """Chance that two accounts that hold any hold the same."""

    def of(self, values: Ints) -> Ints:
        """How many accounts hold each of `values`, shape (k,); 0 for one that nobody holds."""
        if len(self.values) == 0:
            return np.zeros(len(values), np.int64)
        place = np.minimum(np.searchsorted(self.values, values), len(self.values) - 1)
        return np.where(self.values[place] == values, self.accounts[place], 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    modes: Mapping[str, Tally]
    """By facet: how many accounts mostly show each value."""
    registry: Mapping[str, Tally]
    """By identifier of the accounts file."""
    beginnings: Ints
    """First exchange of each account, ascending, shape (n,)."""
    profiled: Ints
    """Accounts that have a profile, ascending."""
    first_day: Mapping[str, Ints]
    """By model: accounts that were active within a day of its appearance, ascending."""
    usual_output_tokens: float
    """Median over the accounts of their mean reply length."""


def tally(values: Ints) -> Tally:
    """Count one value an account, shape (n,)."""
    found, accounts = np.unique(values[values != 0], return_counts=True)
    known = int(accounts.sum())
    counts = accounts.astype(np.float64)
    pairs = float((counts * (counts - 1)).sum()) / max(1.0, known * (known - 1.0))
    return Tally(found, accounts.astype(np.int64), known, pairs)


class Rhythm(NamedTuple):
    """Exchanges by account and bin, and where the bins lie."""

    bins: Facets
    origin: int
    width: int


def tallies(  # noqa: PLR0913  # one part of the scene each
    *,
    population: Population,
    registry: Registry,
    modes: Mapping[str, Ints],
    models: Sequence[Model],
    rhythm: Rhythm,
    profile: npt.NDArray[np.floating[Any]],
) -> Tallies:
    """Count everything that the test of a group is held against."""
    return Tallies(
        modes={name: tally(values) for name, values in modes.items()},
        registry={name: tally(values) for name, values in registry.keys.items()},
        beginnings=np.sort(population.first_at),
        usual_output_tokens=float(np.median(population.output_tokens / np.maximum(1, population.exchanges))),
        profiled=np.flatnonzero(~np.isnan(profile[:, 0])).astype(np.int64),
        first_day={model.name: _active_on_first_day(rhythm, model) for model in models},
    )


def _active_on_first_day(rhythm: Rhythm, model: Model) -> Ints:
    """Accounts with an exchange in the bins that lie within a day of the model's appearance."""
    first = -(-(model.first_at - rhythm.origin) // rhythm.width)
    end = max(first + 1, (model.first_at + DAY_NS - rhythm.origin) // rhythm.width)
    bins = rhythm.bins
    return np.unique(bins.account[(bins.key >= first) & (bins.key < end)])
