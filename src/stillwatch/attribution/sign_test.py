"""How often a suspect's choices fall as secret coins did.

>>> told = sign_test(np.array([1, 1, -1, 0, 1]), np.array([True, True, True, False, True]))
>>> told.trials, told.matches, round(told.log10_p, 3)
(4, 3, -0.505)

Null hypothesis: the suspect never met text that these coins chose, directly or through others. Then its choices are
independent of the coins, and each that is not a tie matches with chance one half, whatever the choices are and however
they hang together: exact, Binomial(trials, 1/2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.attribution.nulls import log10_binomial_tail

if TYPE_CHECKING:
    from stillwatch.attribution.pair_table import Ints

Coins = npt.NDArray[np.bool_]
"""True = the second option was served."""


class SignTest(NamedTuple):
    trials: int
    """Choices that lean to either side; ties are dropped."""
    matches: int
    log10_p: float


def sign_test(leanings: Ints, coins: Coins) -> SignTest:
    """Leanings (n,): above 0 to the second option, below to the first, 0 to neither; coins (n,)."""
    leans = leanings != 0
    trials = int(leans.sum())
    matches = int(((leanings > 0) == coins)[leans].sum())
    return SignTest(trials, matches, log10_binomial_tail(matches, trials, 0.5))
