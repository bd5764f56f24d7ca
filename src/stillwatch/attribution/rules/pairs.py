"""Every distinct pair of the suspect's text.

Takes: each (context, token) once, however rare.
For: a baseline, as published; large texts dilute it, since most of their contexts are rare and were never learned.
Null model: the scheme's, over as many scores as distinct effective seeds; the pairs do not depend on the key.
References: Sander et al. 2024 (arXiv 2402.14904).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.rule import Rule, RuleCase

if TYPE_CHECKING:
    from stillwatch.attribution.pair_table import Counted, Ints, PairTable


def _pick(table: PairTable, _: Counted) -> Ints:
    return np.arange(len(table.tokens))


RULE = Rule(
    name="pairs",
    needs_served=False,
    is_of_probabilities=False,
    pick=_pick,
    case=RuleCase(text=(1, 2, 1, 2, 1, 3), served=(), scored=((1, 2), (1, 3), (2, 1))),
)
