"""Coins of wordings, of tokens and of pairs are tested on what a subject says, and on nothing else than was planned."""

from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.answer_pair import AnswerPair
from stillwatch.attribution.codebook import Choice, Codebook
from stillwatch.attribution.codeword import codeword_of, coins_of, needed_score, rank_cohorts
from stillwatch.attribution.coins import (
    check_coins,
    cohort_of,
    coin_scorer,
    needed_by_coins,
    pairs_in_use,
    scheme_text,
    token_choices_in_use,
    wordings_in_use,
)
from stillwatch.attribution.paired import paired_test
from stillwatch.attribution.plan import PlannedTest
from stillwatch.attribution.subject import Subject
from stillwatch.attribution.token_choices import TokenChoices
from stillwatch.core.errors import InputError

KEY = bytes(range(32))
BOOK = Codebook(tuple(Choice(name=f"n{at}", first=f"uno{at}", second=f"dos{at}") for at in range(40)))
EVEN = np.full((40, 2), 5)
COINS = wordings_in_use(BOOK, EVEN, key=KEY, epoch="2026-11-16")
PAIRS = tuple(AnswerPair(f"p{at}", f"say {at}", f"first {at}.", f"second {at}.") for at in range(30))
PAIR_COINS = pairs_in_use(PAIRS, key=KEY, epoch="2026-11-16")


def planned(rule, in_use=COINS, cohort=""):
    return PlannedTest(
        "codebook/all/2026-11-16",
        "00" * 32,
        scheme_text(in_use.identity, cohort),
        rule,
        material_sha256=in_use.material_sha256,
    )


def says(sides):
    """A subject that says each choice one way."""
    words = [choice.second if side else choice.first for choice, side in zip(BOOK.choices, sides, strict=True)]
    return Subject(name="x", texts=(), said=(" ".join(words),))


def prefers(sides, *, strongly=1.0):
    values = {pair.name: strongly if side else -strongly for pair, side in zip(PAIRS, sides, strict=True)}
    return Subject(name="x", texts=(), preferences=values)


def test_whoever_says_as_the_coins_fell_matches_all_of_them():
    found = coin_scorer(planned("codebook"), COINS, says(coins_of(KEY, COINS.names)))(KEY)
    assert (found.n, found.score, found.pairs) == (40, 40.0, 40)
    assert found.log10_p == pytest.approx(-40 * np.log10(2))


def test_another_key_tosses_other_coins_on_the_same_text():
    score = coin_scorer(planned("codebook"), COINS, says(coins_of(KEY, COINS.names)))
    assert score(bytes(32)).log10_p > -3
    assert score(bytes(32)).n == 40


def test_a_cohort_is_found_by_its_codeword_and_another_is_not():
    subject = says(codeword_of(KEY, "c-1", COINS.names))
    own, other = (coin_scorer(planned("codeword", cohort=name), COINS, subject)(KEY) for name in ("c-1", "c-2"))
    assert own.log10_p < -8 < -2 < other.log10_p
    lean = COINS.lean(subject).astype(int)
    assert own.log10_p == rank_cohorts(lean, KEY, ["c-1"], COINS.names)[0].log10_p
    assert own.score == pytest.approx(rank_cohorts(lean, KEY, ["c-1"], COINS.names)[0].score / 32)


def test_pairs_are_tested_by_their_signs_or_weighed():
    coins = coins_of(KEY, PAIR_COINS.names)
    told = prefers(coins)
    by_hand = paired_test(PAIR_COINS.lean(told), coins, seed=1)
    assert coin_scorer(planned("paired", PAIR_COINS), PAIR_COINS, told)(KEY).log10_p == by_hand.signs.log10_p
    weighed = coin_scorer(planned("paired_weighed", PAIR_COINS), PAIR_COINS, told)(KEY)
    assert (weighed.n, weighed.log10_p) == (30, by_hand.log10_p_weighed)


def test_a_pair_that_was_not_asked_for_counts_for_nothing():
    told = Subject(name="x", texts=(), preferences={"p0": 1.0, "unknown": 9.0})
    assert coin_scorer(planned("paired", PAIR_COINS), PAIR_COINS, told)(KEY).n == 1
    with pytest.raises(InputError, match="how likely it finds both"):
        coin_scorer(planned("paired", PAIR_COINS), PAIR_COINS, Subject(name="x", texts=()))


def test_public_text_that_holds_the_served_answers_is_seen():
    coins = coins_of(KEY, PAIR_COINS.names)
    served = tuple(pair.second if coin else pair.first for pair, coin in zip(PAIRS, coins, strict=True))
    corpus = Subject(name="public", texts=(), said=(" ".join(served[:20]), "nothing"))
    for rule in ("paired", "paired_weighed"):
        found = coin_scorer(planned(rule, PAIR_COINS), PAIR_COINS, corpus, is_public=True)(KEY)
        assert (found.n, found.score) == (20, 20.0)


def test_choices_of_tokens_are_counted_in_token_ids():
    choices = TokenChoices(np.array([[1], [2]]), np.array([5, 5]), np.array([6, 7]))
    in_use = token_choices_in_use(choices, np.array([[3, 1], [1, 1]]), key=KEY, epoch="2026-11-16")
    assert in_use.lean(Subject(name="x", texts=(np.array([1, 5, 1, 6, 2, 5]),))).tolist() == [1.0, -1.0]


@pytest.mark.parametrize(
    ("test", "in_use", "said"),
    [
        (planned("codebook"), PAIR_COINS, "the plan is for wordings/1"),
        (planned("codebook")._replace(material_sha256="11" * 32), COINS, "other choices"),
        (planned("paired"), COINS, "not tested by paired"),
        (planned("codeword"), COINS, "not tested by codeword"),
        (planned("codebook", cohort="c-1"), COINS, "not tested by codebook"),
        (planned("mode"), COINS, "not tested by mode"),
    ],
    ids=["pairs", "material", "rule", "no cohort", "a cohort", "a rule of marks"],
)
def test_other_coins_than_planned_are_refused(test, in_use, said):
    with pytest.raises(InputError, match=said):
        check_coins(test, in_use)


def test_what_a_plan_says_of_a_cohort_is_read():
    assert cohort_of(planned("codeword", cohort="c-17")) == "c-17"
    assert cohort_of(planned("codebook")) == ""


def test_the_material_hangs_on_choices_and_on_the_baseline():
    other = np.array([*EVEN[:-1], [4, 6]])
    assert wordings_in_use(BOOK, other, key=KEY, epoch="").material_sha256 != COINS.material_sha256
    assert wordings_in_use(BOOK, EVEN, key=bytes(32), epoch="").material_sha256 == COINS.material_sha256
    fewer = pairs_in_use(PAIRS[:-1], key=KEY, epoch="")
    assert fewer.material_sha256 != PAIR_COINS.material_sha256


def test_the_power_is_that_of_the_exact_law():
    subject = says(coins_of(KEY, COINS.names))
    assert needed_by_coins(planned("codebook"), COINS, subject, -2.0) == 28 / 40 - 0.5  # P(X ≥ 28 of 40) = 0.0083
    silent = Subject(name="x", texts=(), said=("nothing",))
    assert needed_by_coins(planned("codebook"), COINS, silent, -2.0) == float("inf")
    own = codeword_of(KEY, "c-1", COINS.names)
    lean = np.where(own, 1, -1)
    assert needed_by_coins(planned("codeword", cohort="c-1"), COINS, says(own), -2.0) == needed_score(
        lean, KEY, COINS.names, -2.0
    )
