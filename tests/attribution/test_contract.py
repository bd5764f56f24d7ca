"""The statistical contract of attribution, line by line: what every claim rests on."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from attribution_plan import plan
from stillwatch.attribution.check import Check, Control, check_controls, check_decoys
from stillwatch.attribution.decoys import calibrate, decoy_keys
from stillwatch.attribution.detect import Detection, contexts_of, detect, scorer
from stillwatch.attribution.eprocess import EProcess
from stillwatch.attribution.holm import holm
from stillwatch.attribution.nulls import log10_gamma_tail
from stillwatch.attribution.pair_table import contexts_of_texts, table_of_texts
from stillwatch.attribution.plan import (
    LEAST_DECOYS,
    Access,
    PlannedControl,
    PlanStanding,
    Registered,
    check_plan,
    sha256_of,
    standing_of,
)
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.rule import picked
from stillwatch.attribution.rule_shelf import rule_named, rules
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.spoof import Learned, check_spoof
from stillwatch.attribution.verdict import Checks, Claim, VerdictKind, judge
from stillwatch.core.errors import InputError
from stillwatch.evaluation.small_language import SmallLanguage

GUMBEL = open_scheme("gumbel_siphash")
KEY = GUMBEL.key_of(bytes(range(16)))
LANGUAGE = SmallLanguage.of(symbols=39, seed=1)
MARKED = LANGUAGE.sample(sequences=10, length=50, seed=2, mark=Mark(scheme=GUMBEL, key=KEY))
PLAIN = LANGUAGE.sample(sequences=30, length=60, seed=3)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLAN = plan()
PASSED = Check(name="", has_passed=True, said="", mend="")
CLAIM = Claim(key="k", scheme="s", epoch="e", adjusted_log10_p=-40, contexts=1, missed_below=0.1)


def derive(label):
    return hashlib.sha256(label.encode()).digest()


def test_1_a_p_value_is_a_logarithm_and_never_becomes_nothing():
    assert -30_000 < log10_gamma_tail(10_000, 100_000.0) < -25_000


def test_1_text_that_is_said_again_is_no_new_evidence():
    assert detect(np.tile(MARKED, (20, 1)), GUMBEL, KEY).log10_p == detect(MARKED, GUMBEL, KEY).log10_p


@pytest.mark.parametrize("rule", [rule for rule in rules() if not rule.is_of_probabilities], ids=lambda one: one.name)
def test_1_what_stands_in_prompts_is_no_evidence(rule):
    table = table_of_texts(MARKED, width=2, prompt_contexts=contexts_of(MARKED, GUMBEL))
    assert len(picked(table, rule, contexts_of_texts(MARKED, width=2)).tokens) == 0


@pytest.mark.parametrize(
    "other",
    [
        plan(tests=(PLAN.tests[0]._replace(rule="mode_log"),)),
        plan(tokenizer_sha256="05" * 32),
        plan(stop_after_tokens=40_000),
        plan(controls=(PlannedControl("another", ""),)),
        plan(code_version="1"),
    ],
    ids=["rule", "tokenizer", "stop", "controls", "code"],
)
def test_2_what_was_not_planned_is_exploratory(other):
    held = Registered(sha256_of(PLAN), NOW)
    assert standing_of(PLAN, held, NOW + timedelta(1)) is PlanStanding.CONFIRMATORY
    assert standing_of(other, held, NOW + timedelta(1)) is PlanStanding.EXPLORATORY


def test_3_a_thousand_decoys_at_least():
    assert LEAST_DECOYS == 1_000
    with pytest.raises(InputError, match="1,000 decoy keys"):
        check_plan(plan(decoys=999))


def test_3_decoys_refuse_a_test_that_counts_repeats():
    """The defect of shipped detectors: every place is scored, and a context that recurs is scored again and again."""
    places = table_of_texts(np.tile(PLAIN[:4], (6, 1)), width=2)
    pairs = picked(places, rule_named("pairs"), contexts_of_texts([], width=2))
    times = places.weights.astype(int)

    def counting_repeats(key):
        scores = np.repeat(GUMBEL.scores(pairs.contexts, pairs.tokens, key), times)
        total = float(scores.sum())
        return Detection(n=len(scores), score=total, log10_p=log10_gamma_tail(len(scores), total), pairs=len(scores))

    for score_of, passes in ((counting_repeats, False), (scorer(pairs, GUMBEL), True)):
        report = calibrate(score_of, score_of(KEY), decoy_keys(GUMBEL, derive), count=100, is_exact=True)
        assert check_decoys(report).has_passed == passes


def test_4_a_claim_is_corrected_over_all_that_was_tried():
    assert holm([-8.1], tried=10**6)[0] < -2 < holm([-7.9], tried=10**6)[0]


def test_5_an_e_process_never_worsens_by_being_looked_at():
    process, seen = EProcess(GUMBEL, KEY), [0.0]
    for reply in PLAIN:
        process.read([reply])
        seen.append(process.log10_p)
    assert seen == sorted(seen, reverse=True)
    assert seen[-1] > -3


def test_6_no_claim_without_a_clean_control():
    checks = Checks(PASSED, PASSED, check_controls([]), PASSED)
    assert judge(CLAIM, checks, log10_alpha=-2).kind is VerdictKind.REFUSED
    checks = Checks(PASSED, PASSED, check_controls([Control("base", (-0.2,))]), PASSED)
    assert judge(CLAIM, checks, log10_alpha=-2).kind is VerdictKind.DEPENDENT


def test_7_no_claim_without_a_spoof_check():
    for corpora, grants in (([], []), ([Control("web", (-0.2,))], ["grant/1"]), ([Control("web", (-9.0,))], [])):
        spoof = check_spoof(Access.QUERIED, Learned(0.2, -3.0, 100), corpora, grants)
        assert judge(CLAIM, Checks(PASSED, PASSED, PASSED, spoof), log10_alpha=-2).kind is VerdictKind.REFUSED
