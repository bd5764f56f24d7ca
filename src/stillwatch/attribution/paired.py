"""Which of two answers a suspect thinks likelier: the one that a secret coin served, or the one it held back.

For a prompt with two answers of the teacher, a coin of the key picks which is served. Later the suspect's
log-probabilities of both are compared: d = log p(second) - log p(first), against the coin. The sign test is exact. The
test over redrawn coins also weighs how large each difference is; it is as exact, the coins being ours, and is read
beside the sign test, never instead of it without a plan that says so.

Single exposures show little: 800 prompts that were trained on once gave p = 0.14 where 60 choices of a codebook gave
1e-9. References: STAMP, arXiv 2504.13416; Fisher 1935 (randomisation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.attribution.sign_test import SignTest, sign_test

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.attribution.pair_table import Floats
    from stillwatch.attribution.sign_test import Coins

REDRAWN: Final = 10_000
_BLOCK: Final = 500


class Paired(NamedTuple):
    signs: SignTest
    log10_p_weighed: float
    """Of the test over redrawn coins; never below 1/(1 + `REDRAWN`)."""


def paired_test(differences: Floats, coins: Coins, *, seed: int) -> Paired:
    """Differences (n,) of log-probabilities, second answer less first; coins (n,), true = the second was served."""
    signs = sign_test(np.sign(differences).astype(np.int64), coins)
    return Paired(signs, weigher(differences, seed=seed)(coins))


def weigher(differences: Floats, *, seed: int) -> Callable[[Coins], float]:
    """The test over redrawn coins alone, log10, of one set of coins after another: coins are redrawn once for all."""
    random = np.random.default_rng(seed)
    blocks = (random.random((_BLOCK, len(differences))) < 0.5 for _ in range(REDRAWN // _BLOCK))
    drawn = np.sort(np.concatenate([_agreement(differences, block) for block in blocks]))

    def log10_p(coins: Coins) -> float:
        seen = float(_agreement(differences, coins)) - _rounding(differences)
        reached = len(drawn) - int(np.searchsorted(drawn, seen, side="left"))
        return float(np.log10((1 + reached) / (1 + REDRAWN)))

    return log10_p


def _agreement(differences: Floats, coins: Coins) -> Floats:
    return np.asarray(np.where(coins, differences, -differences).sum(axis=-1))


def _rounding(differences: Floats) -> float:
    """How far two orders of one sum may differ; a tie must count as reached."""
    return float(np.finfo(np.float64).eps * len(differences) * np.abs(differences).sum())
