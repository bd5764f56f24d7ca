"""Every distinct pair that the suspect wrote at least twice.

Takes: each (context, token) once, of those seen again.
For: soft green lists (KGW, SBW), which favour many tokens of a context a little rather than one of them much.
Null model: the scheme's; how often a pair was written depends on the suspect alone, which never met the key.
References: measured in docs/explanation/how-a-suspect-is-tested.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.rule import Rule, RuleCase

if TYPE_CHECKING:
    from stillwatch.attribution.pair_table import Counted, Ints, PairTable


def _pick(table: PairTable, _: Counted) -> Ints:
    return np.flatnonzero(table.weights >= 2)


RULE = Rule(
    name="pairs2",
    needs_served=False,
    is_of_probabilities=False,
    pick=_pick,
    case=RuleCase(text=(1, 2, 1, 2, 1, 3), served=(), scored=((1, 2), (2, 1))),
)
