"""Secret coins for choices: one of a key, or one codeword for each cohort of accounts.

>>> coins_of(bytes(16), ["a", "b", "c", "d"]).tolist()
[False, False, True, True]

A coin hangs on the key and the choice's name alone, so that a codebook may be put in another order or grow. Each is one
bit, or 53 bits of a uniform, of BLAKE2b under the key: unknown to whoever has not the key, and committed to with it.

Cohorts have codewords by Tardos: each choice has a bias of its own, from the arcsine law, and each cohort's bit is
drawn by it. A suspect that learned from several cohorts carries a mixture, and all of them still score.

References: Tardos 2003; Škorić, Katzenbeisser and Celik 2008 (symmetric scores).
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.pair_table import Floats, Ints
    from stillwatch.attribution.sign_test import Coins

LARGEST_COALITION: Final = 16
"""Cohorts whose text one suspect may have mixed: it sets how near 0 and 1 biases come."""
STEPS: Final = 32
"""Scores are whole numbers of 1/32: then their sum has an exact law, that of a convolution."""


class CohortScore(NamedTuple):
    cohort: str
    score: int
    """In steps of 1/32; expected 0 for a cohort that the suspect never met."""
    log10_p: float


def coins_of(key: bytes, names: Sequence[str]) -> Coins:
    """A fair coin for each choice, shape (n,)."""
    return _uniforms(key, "coin", names) < 0.5


def biases_of(key: bytes, names: Sequence[str]) -> Floats:
    """The chance of the second option for each choice, shape (n,), by the arcsine law cut off at 1/(300·coalition)."""
    cut = float(np.arcsin(np.sqrt(1 / (300 * LARGEST_COALITION))))
    angles = cut + _uniforms(key, "bias", names) * (np.pi / 2 - 2 * cut)
    return np.asarray(np.sin(angles) ** 2)


def codeword_of(key: bytes, cohort: str, names: Sequence[str]) -> Coins:
    """A cohort's bit for each choice, shape (n,)."""
    return _uniforms(key, f"cohort\x00{cohort}", names) < biases_of(key, names)


def rank_cohorts(leanings: Ints, key: bytes, cohorts: Sequence[str], names: Sequence[str]) -> list[CohortScore]:
    """How each cohort's codeword goes with a suspect's leanings (n,), as `codebook.leanings` gives them; best first.

    Null hypothesis, for each cohort: the suspect never met text of it. Then the cohort's bits are independent draws by
    the biases, whatever the suspect does and whichever other cohorts it met; the law of the sum is convolved exactly.
    Correct over all cohorts with `attribution.holm`.

    Raises:
        InputError: The leanings are not one for each choice.
    """
    if len(leanings) != len(names):
        raise InputError(f"{len(leanings)} leanings of {len(names)} choices", mend="count with the same codebook")
    seen, values, lowest, log10_tails = _law(leanings, key, names)
    found = []
    for cohort in cohorts:
        bits = codeword_of(key, cohort, names)[seen]
        score = int(np.where(bits, values[:, 1], values[:, 0]).sum())
        found.append(CohortScore(cohort, score, float(log10_tails[score - lowest])))
    return sorted(found, key=lambda one: (one.log10_p, one.cohort))


def needed_score(leanings: Ints, key: bytes, names: Sequence[str], log10_alpha: float) -> float:
    """The mean score of a choice that p needs to reach alpha, by the exact law; infinite where none would do."""
    law = _law(leanings, key, names)
    enough = np.flatnonzero(law.log10_tails <= log10_alpha)
    return (int(enough[0]) + law.lowest) / STEPS / len(law.values) if len(enough) else float("inf")


class _Law(NamedTuple):
    """Of the sum of a cohort's scores under the null hypothesis."""

    seen: Coins
    """(n,): the choices that lean to a side."""
    values: Ints
    """(m, 2): what a bit of 0 and a bit of 1 score at each of those."""
    lowest: int
    """The least sum."""
    log10_tails: Floats
    """log10 P(sum ≥ lowest + i) for every i."""


def _law(leanings: Ints, key: bytes, names: Sequence[str]) -> _Law:
    seen = leanings != 0
    biases = biases_of(key, names)[seen]
    values = _step_values(biases, leanings[seen] > 0)
    return _Law(seen, values, int(values.min(axis=1).sum()), _log10_tails(values, biases))


def _step_values(biases: Floats, leans_second: Coins) -> Ints:
    """(n, 2): what a bit of 0 and a bit of 1 score: much where it is rare and agrees, each with mean about 0."""
    rare_one, rare_zero = np.sqrt((1 - biases) / biases), np.sqrt(biases / (1 - biases))
    of_one = np.where(leans_second, rare_one, -rare_one)
    of_zero = np.where(leans_second, -rare_zero, rare_zero)
    values: Ints = np.rint(STEPS * np.stack([of_zero, of_one], axis=1)).astype(np.int64)
    return values


def _log10_tails(values: Ints, biases: Floats) -> Floats:
    """log10 P(sum ≥ lowest + i) for every i: all terms are positive, so nothing cancels."""
    law = np.ones(1)
    for (zero, one), bias in zip(values.tolist(), biases.tolist(), strict=True):
        longer = np.zeros(len(law) + abs(one - zero))
        low = min(zero, one)
        longer[zero - low : zero - low + len(law)] += (1 - bias) * law
        longer[one - low : one - low + len(law)] += bias * law
        law = longer
    with np.errstate(divide="ignore"):
        return np.asarray(np.minimum(0.0, np.log10(np.cumsum(law[::-1])[::-1])))


def _uniforms(key: bytes, purpose: str, names: Sequence[str]) -> Floats:
    words = (
        blake2b(f"{purpose}\x00{name}".encode(), digest_size=8, key=key, person=b"stillwatch-code").digest()
        for name in names
    )
    return np.array([(int.from_bytes(word, "big") >> 11) / 2.0**53 for word in words])
