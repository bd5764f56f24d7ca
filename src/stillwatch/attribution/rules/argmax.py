"""The token that an open model thinks likeliest after each context of a clean probe.

Takes: for each distinct context of the probe, the token of the highest mean probability; of equals, the lowest id.
For: weights that can be run, or an interface that tells log-probabilities.
Null model: the scheme's, one score a context. The probe is text that no key has marked, and the model's probabilities
depend on the model alone.
References: Sander et al. 2024 (arXiv 2402.14904), open model; measured in docs/explanation/how-a-suspect-is-tested.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.rule import Rule, RuleCase, likeliest

if TYPE_CHECKING:
    from stillwatch.attribution.pair_table import Counted, Ints, PairTable


def _pick(table: PairTable, _: Counted) -> Ints:
    return likeliest(table, np.arange(len(table.contexts)))


RULE = Rule(
    name="argmax",
    needs_served=False,
    is_of_probabilities=True,
    pick=_pick,
    case=RuleCase(text=(1, 2, 1, 3, 4, 1, 3), served=(), scored=((1, 3), (2, 1), (3, 4), (4, 1))),
)
