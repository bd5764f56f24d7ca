"""One token for each context that the suspect wrote at least twice: the one that it wrote most often there.

Takes: the commonest next token of each context seen twice or more; of equals, the lowest id.
For: marks that prefer one token of a context (Gumbel, SynthID), where nothing but text is at hand.
Null model: the scheme's, one score a context; which token is commonest depends on the suspect alone.
References: measured in docs/explanation/how-a-suspect-is-tested.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.rule import Rule, RuleCase, likeliest

if TYPE_CHECKING:
    from stillwatch.attribution.pair_table import Counted, Ints, PairTable


def _pick(table: PairTable, _: Counted) -> Ints:
    return likeliest(table, np.flatnonzero(table.context_seen >= 2))


RULE = Rule(
    name="mode",
    needs_served=False,
    is_of_probabilities=False,
    pick=_pick,
    case=RuleCase(text=(1, 2, 1, 3, 1, 3, 4, 1, 2), served=(), scored=((1, 2), (3, 1))),
)
