"""The token that an open model thinks likeliest after each context that was often served under the key.

Takes: as `argmax`, of contexts of the probe that were served at least four times.
For: weights that can be run, where logs were kept of what was served under which key.
Null model: as `argmax` and `mode_log`: contexts alone are asked of the log.
References: as `argmax`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.pair_table import counts_at
from stillwatch.attribution.rule import Rule, RuleCase, likeliest

if TYPE_CHECKING:
    from stillwatch.attribution.pair_table import Counted, Ints, PairTable

LEAST_SERVED: Final = 4


def _pick(table: PairTable, served: Counted) -> Ints:
    return likeliest(table, np.flatnonzero(counts_at(table.contexts, served) >= LEAST_SERVED))


RULE = Rule(
    name="argmax_log",
    needs_served=True,
    is_of_probabilities=True,
    pick=_pick,
    case=RuleCase(text=(1, 2, 1, 3, 4, 1, 3), served=(1, 9, 1, 9, 1, 9, 1, 9), scored=((1, 3),)),
)
