"""What log-probabilities tell a student of its teacher, as an interface hands them out.

>>> exact = np.log(np.array([[[0.6, 0.3, 0.1]]]))
>>> told = served(exact, LogprobPolicy("two, one decimal", most=2, decimals=1))
>>> told.tokens.tolist(), told.shares.round(3).tolist(), told.rest.round(3).tolist()
([[[0, 1]]], [[[0.607, 0.301]]], [[0.092]])

The bounds are those of `guard.logprob_bounds`, in bulk: the likeliest tokens of each place, rounded. What they leave
over is the rest, of which a student knows the sum (as in TRL's `loss_add_tail`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class LogprobPolicy(NamedTuple):
    name: str
    most: int = 0
    """Alternatives at a token; 0 = all."""
    decimals: int = 0
    """Of each log-probability; 0 = as they are."""


class SoftLabels(NamedTuple):
    """At each of t places of n rows."""

    tokens: Ints
    """(n, t, k)"""
    shares: Floats
    """(n, t, k)"""
    rest: Floats
    """(n, t): of all tokens that are not named."""


def served(logprobs: Floats, policy: LogprobPolicy) -> SoftLabels:
    """What exact log-probabilities (n, t, symbols) become; shares that rounding brought above 1 are scaled back."""
    most = policy.most or logprobs.shape[-1]
    tokens = np.argsort(-logprobs, axis=-1, kind="stable")[..., :most]
    told = np.take_along_axis(logprobs, tokens, axis=-1)
    shares = np.exp(told.round(policy.decimals) if policy.decimals else told)
    rest = np.maximum(0.0, 1.0 - shares.sum(axis=-1))
    whole = shares.sum(axis=-1) + rest
    return SoftLabels(tokens, shares / whole[..., None], rest / whole)
