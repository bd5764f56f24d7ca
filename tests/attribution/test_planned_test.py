from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from stillwatch.attribution.codebook import Choice, Codebook
from stillwatch.attribution.coins import wordings_in_use
from stillwatch.attribution.detect import detect, detect_pairs, pairs_of
from stillwatch.attribution.eprocess import EProcess
from stillwatch.attribution.pair_table import contexts_of_texts
from stillwatch.attribution.plan import PlannedTest
from stillwatch.attribution.planned_test import (
    KeyInUse,
    check_key,
    decoys_for,
    is_exact,
    keys_of_schemes,
    needed_of,
    public_scorer_of,
    reads_text,
    scorer_of,
    widest_probe,
)
from stillwatch.attribution.power import needed_excess
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.slot import Slot, in_slot
from stillwatch.attribution.subject import Probe, Subject
from stillwatch.core.errors import InputError

GUMBEL = open_scheme("gumbel_siphash")
KEYS = [GUMBEL.key_of(number.to_bytes(16)) for number in range(3)]
TEXTS = tuple(np.random.default_rng(1).integers(0, 12, (6, 50)))
SUBJECT = Subject(name="x", texts=TEXTS)
IN_USE = KeyInUse(scheme=GUMBEL, key=KEYS[0], epoch="2026-47")


def planned(rule):
    return PlannedTest("global/2026-47", "00" * 32, GUMBEL.identity, rule)


def test_pairs_are_what_direct_detection_scores():
    score = scorer_of(planned("pairs"), IN_USE, SUBJECT)
    for key in KEYS:
        assert score(key).log10_p == pytest.approx(detect(TEXTS, GUMBEL, key).log10_p)


def test_what_it_was_asked_is_left_out():
    asked = Subject(name="x", texts=TEXTS, prompts=(TEXTS[0],))
    assert (
        scorer_of(planned("pairs"), IN_USE, asked)(KEYS[0]).n < scorer_of(planned("pairs"), IN_USE, SUBJECT)(KEYS[0]).n
    )
    assert scorer_of(planned("pairs"), IN_USE, Subject(name="x", texts=TEXTS, prompts=TEXTS))(KEYS[0]).n == 0


def test_an_e_process_is_scored_under_any_key_on_what_entered():
    score = scorer_of(planned("eprocess"), IN_USE, SUBJECT)
    for key in KEYS:
        alone = EProcess(GUMBEL, key)
        alone.read(TEXTS)
        assert (score(key).n, score(key).log10_p) == (alone.seeds, alone.log10_p)
        assert score(key).score == pytest.approx(alone.score)


def test_a_probe_is_read_where_the_rule_reads_probabilities():
    probe = Probe(np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]]), np.array([[0.9, 0.1], [0.4, 0.6]]))
    found = scorer_of(planned("argmax"), IN_USE, Subject(name="x", texts=(), probe=probe))(KEYS[1])
    assert found.n == 2
    assert found.score == pytest.approx(GUMBEL.scores(np.array([[1, 2], [3, 4]]), np.array([5, 8]), KEYS[1]).sum())


def test_a_layer_is_scored_in_its_slot_where_plan_and_key_agree_on_it():
    layered, slot = planned("pairs")._replace(layer="0/2 " + "04" * 32), Slot(bytes(range(16)), 2, 0)
    in_use = replace(IN_USE, slot=slot)
    found, by_hand = (
        scorer_of(layered, in_use, SUBJECT)(KEYS[0]),
        detect_pairs(in_slot(pairs_of(TEXTS, 2), slot), GUMBEL, KEYS[0]),
    )
    assert (found.n, found.log10_p) == (by_hand.n, pytest.approx(by_hand.log10_p))
    for test, key in ((layered, IN_USE), (planned("pairs"), in_use)):
        with pytest.raises(InputError, match="layer"):
            scorer_of(test, key, SUBJECT)


@pytest.mark.parametrize(("rule", "says"), [("argmax", "probabilities"), ("mode_log", "served"), ("best", "no rule")])
def test_a_test_that_asks_for_what_is_not_given_is_refused(rule, says):
    with pytest.raises(InputError, match=says):
        scorer_of(planned(rule), IN_USE, SUBJECT)


def test_what_was_served_is_asked_where_it_is_given():
    served = contexts_of_texts(TEXTS * 4, width=2)
    in_use = KeyInUse(scheme=GUMBEL, key=KEYS[0], epoch="2026-47", served=served)
    longer = Subject(name="x", texts=TEXTS * 4)
    assert scorer_of(planned("mode_log"), in_use, longer)(KEYS[0]).n > 0


COINS = wordings_in_use(
    Codebook((Choice(name="mail", first="e-mail", second="email"),)), np.array([[1, 1]]), key=bytes(32), epoch="2026-47"
)
BY_COINS = PlannedTest(
    "codebook/all/2026-47", "00" * 32, "wordings/1", "codebook", material_sha256=COINS.material_sha256
)


def test_a_key_goes_with_the_test_that_it_is_planned_for():
    check_key(BY_COINS, COINS)
    check_key(planned("mode")._replace(scheme=GUMBEL.identity), IN_USE)
    for test, key in (
        (BY_COINS, IN_USE),
        (planned("mode"), COINS),
        (planned("mode")._replace(scheme="other/1"), IN_USE),
    ):
        with pytest.raises(InputError, match="the plan is for"):
            check_key(test, key)


def test_coins_are_scored_where_they_are_planned():
    subject = Subject(name="x", texts=(), said=("email me",))
    assert scorer_of(BY_COINS, COINS, subject)(bytes(32)).n == 1
    assert public_scorer_of(BY_COINS, COINS, subject)(bytes(32)).n == 1
    assert public_scorer_of(planned("mode"), IN_USE, SUBJECT)(KEYS[1]) == scorer_of(planned("pairs"), IN_USE, SUBJECT)(
        KEYS[1]
    )


def test_which_tests_read_as_much_text_as_the_plan_says():
    rules = ("mode", "pairs", "codebook", "codeword", "eprocess", "argmax", "argmax_log", "paired", "paired_weighed")
    assert [rule for rule in rules if reads_text(planned(rule))] == ["mode", "pairs", "codebook", "codeword"]


def test_decoys_power_and_exactness_are_those_of_the_key():
    derive = hashlib.sha256
    marks, coins = (next(decoys_for(key, lambda label: derive(label.encode()).digest())) for key in (IN_USE, COINS))
    assert (len(marks), len(coins)) == (GUMBEL.key_size_bytes, 32)
    assert is_exact(planned("mode"), IN_USE)
    assert not is_exact(planned("eprocess"), IN_USE)
    assert not is_exact(BY_COINS, COINS)
    assert needed_of(planned("mode"), IN_USE, SUBJECT, 900, -2.0) == needed_excess(900, -2.0, GUMBEL.null.log_mgf)
    assert needed_of(BY_COINS, COINS, Subject(name="x", texts=(), said=("email me",)), 1, -0.1) == 0.5


def test_text_that_nobody_tokenised_is_scored_by_coins_alone():
    with pytest.raises(InputError, match="text without a tokenizer"):
        scorer_of(planned("pairs"), IN_USE, Subject(name="x", texts=(), said=("email me",)))


def test_a_probe_gives_each_scheme_as_many_tokens_of_context_as_it_has():
    probe = Probe(np.array([[9, 1, 2], [9, 3, 4]]), np.array([[5], [7]]), np.ones((2, 1)))
    found = scorer_of(planned("argmax"), IN_USE, Subject(name="x", texts=(), probe=probe))(KEYS[1])
    assert found.score == pytest.approx(GUMBEL.scores(np.array([[1, 2], [3, 4]]), np.array([5, 7]), KEYS[1]).sum())
    asked = Subject(name="x", texts=(), probe=probe, prompts=(np.array([1, 2]),))
    assert scorer_of(planned("argmax"), IN_USE, asked)(KEYS[1]).n == 1
    narrow = Probe(np.array([[1]]), np.array([[5]]), np.ones((1, 1)))
    with pytest.raises(InputError, match="1 tokens of context"):
        scorer_of(planned("argmax"), IN_USE, Subject(name="x", texts=(), probe=narrow))


def test_a_probe_is_as_wide_as_the_widest_test_of_it_asks():
    keys = {"global/2026-47": IN_USE, BY_COINS.key: COINS}
    assert keys_of_schemes(keys) == {"global/2026-47": IN_USE}
    assert widest_probe((planned("mode"), BY_COINS, planned("eprocess")), keys) == 0
    assert widest_probe((planned("argmax"), BY_COINS), keys) == GUMBEL.context_width
