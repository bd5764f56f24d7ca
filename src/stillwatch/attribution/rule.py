"""What a rule is: which pairs of a suspect's text are scored, once each. One file of `attribution/rules` each.

A rule sees pairs and counts, never a key or a score: that alone keeps the null exact. Which rule is used is fixed in
the plan before anything is scored (`attribution.plan`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stillwatch.attribution.detect import Pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.attribution.pair_table import Counted, Ints, PairTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    name: str
    """As a plan names it."""
    needs_served: bool
    """Whether it asks how often a context was served under the key, which only who keeps logs can tell."""
    is_of_probabilities: bool
    """Whether weights are a model's probabilities and not counts of a text."""
    pick: Callable[[PairTable, Counted], Ints]
    """Rows of the pairs to score; the second argument is what was served, empty where the rule needs it not."""
    case: RuleCase


class RuleCase(NamedTuple):
    """An example: a text, what was served, and what is to be scored."""

    text: tuple[int, ...]
    served: tuple[int, ...]
    """A text that was served, whose contexts count."""
    scored: tuple[tuple[int, ...], ...]
    """Context and token, at width 1, sorted."""


def picked(table: PairTable, rule: Rule, served: Counted) -> Pairs:
    """What the rule takes from a table, to be scored by `detect.detect_pairs`."""
    rows = rule.pick(table, served)
    return Pairs(table.contexts[table.context_of[rows]], table.tokens[rows])


def likeliest(table: PairTable, contexts: Ints) -> Ints:
    """Row of the heaviest pair of each of some contexts (rows of `contexts`); of equals, the lowest token id."""
    order = np.lexsort((table.tokens, -table.weights, table.context_of))
    _, first = np.unique(table.context_of[order], return_index=True)
    best: Ints = order[first]
    return best[contexts]
