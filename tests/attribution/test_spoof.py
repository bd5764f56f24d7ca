from __future__ import annotations

import numpy as np
import pytest

from stillwatch.attribution.check import Control
from stillwatch.attribution.pair_table import contexts_of_texts, table_of_texts
from stillwatch.attribution.plan import Access
from stillwatch.attribution.planned_test import KeyInUse
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.slot import Slot
from stillwatch.attribution.spoof import Learned, check_spoof, follows, learned
from stillwatch.evaluation.small_language import CountingStudent, SmallLanguage

GUMBEL = open_scheme("gumbel_siphash")
KEY = GUMBEL.key_of(bytes(range(16)))
FOLLOWS = Learned(0.3, -3.0, 900)
CLEAN = Control("public text", (-0.4,))


def in_use(key, served, slot=None):
    return KeyInUse(scheme=GUMBEL, key=key, epoch="2026-11-16", served=served, slot=slot)


def test_a_learner_knows_what_was_served_and_an_engine_marks_all_alike():
    language = SmallLanguage.of(symbols=128, seed=1)
    marked = language.sample(sequences=400, length=80, seed=2, mark=Mark(scheme=GUMBEL, key=KEY))
    served = contexts_of_texts(marked, width=2)
    student = CountingStudent.of(marked, symbols=128).sample(sequences=400, length=80, seed=3)
    engine = language.sample(sequences=400, length=80, seed=4, mark=Mark(scheme=GUMBEL, key=KEY))
    found = [learned(table_of_texts(text, width=2), in_use(KEY, served), seed=5) for text in (student, engine)]
    assert found[0].log10_p <= -2
    assert found[0].correlation > 0.08 > abs(found[1].correlation)
    assert found[1].log10_p > -2


def test_what_a_key_does_not_mark_is_not_looked_at_and_without_a_log_nothing_is():
    text = SmallLanguage.of(symbols=39, seed=1).sample(sequences=40, length=60, seed=2)
    table, served = table_of_texts(text, width=2), contexts_of_texts(text, width=2)
    slots = [learned(table, in_use(KEY, served, Slot(bytes(16), 2, layer)), seed=1).contexts for layer in (0, 1)]
    assert sum(slots) == learned(table, in_use(KEY, served), seed=1).contexts
    assert min(slots) > 0
    assert learned(table, in_use(KEY, None), seed=1) == (0.0, 0.0, 0)


@pytest.mark.slow
def test_an_engine_is_taken_for_a_learner_at_the_stated_rate():
    """Fresh keys and fresh text of the engine, on one language."""
    language = SmallLanguage.of(symbols=64, seed=1)
    log10_ps = []
    for number in range(200):
        mark = Mark(scheme=GUMBEL, key=GUMBEL.key_of((1000 + number).to_bytes(16)))
        served = contexts_of_texts(language.sample(sequences=120, length=80, seed=2 * number, mark=mark), width=2)
        text = language.sample(sequences=120, length=80, seed=2 * number + 1, mark=mark)
        log10_ps.append(learned(table_of_texts(text, width=2), in_use(mark.key, served), seed=number).log10_p)
    assert np.mean(np.array(log10_ps) <= np.log10(0.05)) <= 0.085
    assert np.mean(np.array(log10_ps) <= -2) <= 0.03


def test_scores_that_do_not_hang_on_what_was_served_are_found_at_the_stated_rate():
    rng = np.random.default_rng(1)
    served, seen = rng.poisson(2, 80), rng.integers(2, 6, 80)
    low = [follows(rng.exponential(size=80) * seen, served, seen, seed=seed).log10_p <= -1 for seed in range(30)]
    assert 0.02 <= np.mean(low) <= 0.25


def test_where_nothing_differs_nothing_follows():
    same, each = np.full(5, 2), np.arange(5)
    assert follows(np.ones(5), each, same, seed=1) == (0.0, 0.0, 5)
    assert follows(np.arange(5.0), same, same, seed=1) == (0.0, 0.0, 5)
    assert follows(np.arange(5.0), each, each, seed=1) == (0.0, 0.0, 5)
    assert follows(np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64), seed=1) == (0.0, 0.0, 0)


def test_a_model_that_we_asked_may_follow_what_was_served():
    found = check_spoof(Access.QUERIED, FOLLOWS, [CLEAN], [])
    assert found.has_passed
    assert "0.300 (p 0.001, 900 contexts)" in found.said
    assert "licences that cover this key: none" in found.said


def test_text_that_was_handed_in_and_reads_like_a_learners_may_be_forged():
    found = check_spoof(Access.HANDED_IN, FOLLOWS, [CLEAN], [])
    assert not found.has_passed
    assert "forger" in found.mend
    assert check_spoof(Access.HANDED_IN, Learned(0.01, -0.3, 900), [CLEAN], []).has_passed


def test_marked_public_text_and_licences_stand_against_a_claim():
    for corpora, grants, says in (
        ([], [], "at least one public corpus"),
        ([CLEAN, Control("crawl", (-7.0,))], [], "holds marked text"),
        ([CLEAN], ["grant/7"], "licensed"),
    ):
        found = check_spoof(Access.QUERIED, FOLLOWS, corpora, grants)
        assert not found.has_passed
        assert says in found.mend


def test_coins_stand_in_every_answer_so_text_that_was_handed_in_shows_nothing():
    handed_in = check_spoof(Access.HANDED_IN, None, [CLEAN], [])
    assert not handed_in.has_passed
    assert "anybody can read coins" in handed_in.mend
    asked = check_spoof(Access.QUERIED, None, [CLEAN], [])
    assert asked.has_passed
    assert "rank correlation" not in asked.said
