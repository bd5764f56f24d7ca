from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.codeword import biases_of, codeword_of, coins_of, needed_score, rank_cohorts
from stillwatch.attribution.holm import holm
from stillwatch.core.errors import InputError

_NAMES = [f"choice {number}" for number in range(256)]
_COHORTS = [f"cohort {number}" for number in range(40)]
_KEY = bytes(range(16))


def test_a_coin_hangs_on_key_and_name_and_not_on_the_order():
    coins = coins_of(_KEY, _NAMES)
    assert coins_of(_KEY, _NAMES[::-1]).tolist() == coins.tolist()[::-1]
    assert coins_of(_KEY, _NAMES[:10]).tolist() == coins[:10].tolist()
    assert coins_of(bytes(16), _NAMES).tolist() != coins.tolist()
    assert abs(coins.mean() - 0.5) < 0.1


def test_biases_follow_the_arcsine_law_and_stay_off_its_ends():
    biases = biases_of(_KEY, [str(number) for number in range(4_000)])
    assert biases.min() >= 1 / (300 * 16) - 1e-12
    assert biases.max() <= 1 - 1 / (300 * 16) + 1e-12
    assert abs((biases < 0.5).mean() - 0.5) < 0.03
    assert abs((biases < 0.1).mean() - 2 / np.pi * np.arcsin(np.sqrt(0.1))) < 0.03


def test_the_cohort_that_a_suspect_learned_from_is_ranked_first_and_no_other_is_found():
    leanings = np.where(codeword_of(_KEY, "cohort 7", _NAMES), 1, -1)
    found = rank_cohorts(leanings, _KEY, _COHORTS, _NAMES)
    adjusted = holm([one.log10_p for one in found], tried=len(found))
    assert found[0].cohort == "cohort 7"
    assert adjusted[0] < -20
    assert adjusted[1] > -2


def test_a_mixture_of_cohorts_shows_those_it_was_mixed_of():
    guilty = ["cohort 1", "cohort 2", "cohort 3"]
    words = np.array([codeword_of(_KEY, cohort, _NAMES) for cohort in guilty])
    leanings = np.where(words.mean(axis=0) > biases_of(_KEY, _NAMES), 1, -1)
    found = rank_cohorts(leanings, _KEY, _COHORTS, _NAMES)
    adjusted = holm([one.log10_p for one in found], tried=len(found))
    assert {one.cohort for one, p in zip(found, adjusted, strict=True) if p <= -2} == set(guilty)


def test_an_innocent_cohort_is_found_at_the_stated_rate():
    """Whatever the suspect does: one that takes the second option wherever it is rare, over fresh keys."""
    log10_ps = []
    for number in range(15):
        key = number.to_bytes(16)
        leanings = np.where(biases_of(key, _NAMES[:100]) < 0.7, 1, -1)
        log10_ps += [one.log10_p for one in rank_cohorts(leanings, key, _COHORTS, _NAMES[:100])]
    assert 0.03 <= np.mean(np.array(log10_ps) <= np.log10(0.05)) <= 0.068
    assert np.mean(np.array(log10_ps) <= -2) <= 0.02


def test_the_tail_is_that_of_the_binomial_where_all_biases_are_even(monkeypatch):
    monkeypatch.setattr("stillwatch.attribution.codeword.biases_of", lambda _, names: np.full(len(names), 0.5))
    names = _NAMES[:20]
    found = rank_cohorts(np.where(codeword_of(_KEY, "a", names), 1, -1), _KEY, ["a"], names)
    assert found[0].log10_p == pytest.approx(20 * np.log10(0.5))
    assert rank_cohorts(np.zeros(20, np.int64), _KEY, ["a"], names)[0].log10_p == 0.0


def test_leanings_of_another_codebook_are_refused():
    with pytest.raises(InputError, match="3 leanings of 256 choices"):
        rank_cohorts(np.ones(3, np.int64), _KEY, _COHORTS, _NAMES)


def test_the_score_that_is_needed_is_the_least_that_reaches_alpha():
    leanings = np.where(codeword_of(_KEY, "c", _NAMES[:40]), 1, -1)
    needed = needed_score(leanings, _KEY, _NAMES[:40], -3.0)
    ranked = rank_cohorts(leanings, _KEY, [f"c{number}" for number in range(4_000)], _NAMES[:40])
    reaching = {one.score for one in ranked if one.log10_p <= -3.0}
    assert reaching == {one.score for one in ranked if one.score / 32 / 40 >= needed - 1e-9} != set()
    assert needed_score(np.zeros(40, np.int64), _KEY, _NAMES[:40], -3.0) == float("inf")
