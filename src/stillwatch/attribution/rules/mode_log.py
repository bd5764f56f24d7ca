"""The commonest next token of each context that was often served under the key and often written by the suspect.

Takes: as `mode`, of contexts that were served at least four times and seen at least four times.
For: who keeps logs of what was served under which key; the strongest rule, since unlearned contexts are left out.
Null model: the scheme's. The log is asked for contexts alone, never for the tokens that were served there: those depend
on the key. That contexts are themselves made of marked tokens leaves the null as it is within what 1,500 keys show;
`tests/attribution/test_rule_null_rates.py` repeats it.
References: measured in docs/explanation/how-a-suspect-is-tested.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.attribution.pair_table import counts_at
from stillwatch.attribution.rule import Rule, RuleCase, likeliest

if TYPE_CHECKING:
    from stillwatch.attribution.pair_table import Counted, Ints, PairTable

LEAST_SERVED: Final = 4
LEAST_SEEN: Final = 4


def _pick(table: PairTable, served: Counted) -> Ints:
    often = (table.context_seen >= LEAST_SEEN) & (counts_at(table.contexts, served) >= LEAST_SERVED)
    return likeliest(table, np.flatnonzero(often))


RULE = Rule(
    name="mode_log",
    needs_served=True,
    is_of_probabilities=False,
    pick=_pick,
    case=RuleCase(text=(1, 2, 1, 3, 1, 3, 1, 2, 2, 2, 2), served=(1, 9, 1, 9, 1, 9, 1, 9), scored=((1, 2),)),
)
