"""The laws that scores of schemes follow under the null hypothesis, and the scores themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.attribution.nulls import (
    log10_binomial_tail,
    log10_dual_gamma_tail,
    log10_gamma_tail,
    log10_hypergeometric_tail,
)
from stillwatch.attribution.scheme import Null

if TYPE_CHECKING:
    from stillwatch.attribution.scheme import Draws, Floats


def exponential_scores(uniforms: Draws) -> Floats:
    """-ln(1-u) of each uniform: standard exponential."""
    return np.asarray(-np.log1p(-uniforms))


def bit_scores(bits: Draws) -> Floats:
    return bits.astype(np.float64)


def layer_scores(bits: Draws) -> Floats:
    """How many of the bits along the last axis are set."""
    return np.asarray(np.count_nonzero(bits, axis=-1)).astype(np.float64)


def exponential_law() -> Null:
    """One standard exponential score per seed: their sum is a Gamma."""
    return Null(log10_p=log10_gamma_tail, log_mgf=_log_mgf_of_exponential, is_exact=True)


def dual_exponential_law(share_b: float) -> Null:
    """(1-α)·s_A + α·s_B of independent standard exponential scores."""

    def log_mgf(t: Floats) -> Floats:
        return _log_mgf_of_exponential((1.0 - share_b) * t) + _log_mgf_of_exponential(share_b * t)

    return Null(log10_p=lambda n, total: log10_dual_gamma_tail(n, total, share_b), log_mgf=log_mgf, is_exact=True)


def bits_law(chance: float, *, layers: int = 1) -> Null:
    """So many bits per seed, each 1 by `chance`.

    Green lists are drawn without replacement, so bits of one list lean away from one another. Their sum is then a sum
    of independent bits of unequal chance (Vatutin and Mikhailov 1982), whose upper tail the binomial one bounds from
    one above its mean on (Hoeffding 1956, theorem 4): the figure is conservative there.
    """

    def log_mgf(t: Floats) -> Floats:
        return np.asarray(layers * np.logaddexp(np.log1p(-chance), np.log(chance) + t))

    return Null(
        log10_p=lambda n, total: log10_binomial_tail(total, n * layers, chance), log_mgf=log_mgf, is_exact=False
    )


def one_list_law(*, green: int, vocabulary: int) -> Null:
    """Distinct tokens of one list for all contexts: hypergeometric.

    Its draws hang together, so that no product over them is a fair bet: no moment generating function is stated.
    """
    return Null(
        log10_p=lambda n, total: log10_hypergeometric_tail(total, n, green=green, total=vocabulary),
        log_mgf=lambda t: np.where(t == 0.0, 0.0, np.inf),
        is_exact=False,
    )


def _log_mgf_of_exponential(t: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log1p(-np.minimum(t, 1.0)))
