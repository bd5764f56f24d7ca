"""A whole case on a small language: students of marked and of plain text, and what stands in the way of a claim."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest

from attribution_plan import plan
from stillwatch.attribution.codeword import codeword_of, coins_of
from stillwatch.attribution.coins import scheme_text, token_choices_in_use
from stillwatch.attribution.examine import Circumstances, Material, examine
from stillwatch.attribution.pair_table import contexts_of_texts, table_of_texts
from stillwatch.attribution.plan import Access, PlannedControl, PlannedTest, PlanStanding
from stillwatch.attribution.planned_test import KeyInUse
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.subject import Probe, Subject
from stillwatch.attribution.token_choices import choices_of, counts_of, rewritten
from stillwatch.attribution.verdict import VerdictKind
from stillwatch.core.errors import InputError
from stillwatch.evaluation.small_language import CountingStudent, SmallLanguage

GUMBEL = open_scheme("gumbel_siphash")
LANGUAGE = SmallLanguage.of(symbols=64, seed=1)
LABELS = ("global/2026-46", "global/2026-47")
TOKENS = 6_000


def derive(label):
    return hashlib.sha256(b"ring" + label.encode()).digest()


MARK = Mark(scheme=GUMBEL, key=GUMBEL.key_of(derive(LABELS[1])))
MARKED = LANGUAGE.sample(sequences=200, length=80, seed=2, mark=MARK)
PLAIN = LANGUAGE.sample(sequences=200, length=80, seed=3)
KEYS = {
    LABELS[0]: KeyInUse(scheme=GUMBEL, key=GUMBEL.key_of(derive(LABELS[0])), epoch="2026-46"),
    LABELS[1]: KeyInUse(scheme=GUMBEL, key=MARK.key, epoch="2026-47", served=contexts_of_texts(MARKED, width=2)),
}
AROUND = Circumstances(standing=PlanStanding.CONFIRMATORY, grants=(), derive=derive, seed=1)
PLAN = plan(
    tests=tuple(PlannedTest(label, "03" * 32, GUMBEL.identity, "mode") for label in LABELS),
    controls=(PlannedControl("base", "counts plain text"),),
    stop_after_tokens=TOKENS,
    full_share_excess="1.5",
)


def student(name, texts, seed):
    replies = CountingStudent.of(texts, symbols=64).sample(sequences=TOKENS // 60, length=60, seed=seed)
    return Subject(name=name, texts=tuple(replies))


def half():
    return student("x", np.vstack([MARKED[:100], PLAIN[100:]]), 4)


def material(suspect, *, control=PLAIN, corpus=PLAIN):
    return Material(suspect, (student("base", control, 5),), (Subject(name="public", texts=tuple(corpus)),))


def test_a_student_of_half_marked_text_depends_on_the_key_that_marked_it_and_on_no_other():
    found = examine(PLAN, KEYS, material(half()), AROUND)
    assert found.verdict.kind is VerdictKind.DEPENDENT
    assert "depends on key global/2026-47" in found.verdict.sentence
    assert found.judged == 1
    assert found.adjusted_log10_p[1] < -15
    assert found.adjusted_log10_p[0] > -2
    assert found.decoys.monte_carlo_p == 1 / 1001
    assert found.follows.log10_p < -1
    assert [len(one.log10_ps) for one in (*found.controls, *found.corpora)] == [2, 2]


def test_a_student_of_plain_text_is_inconclusive_and_told_what_was_missed():
    found = examine(PLAN, KEYS, material(student("x", PLAIN, 6)), AROUND)
    assert found.verdict.kind is VerdictKind.INCONCLUSIVE
    assert 0.03 < found.claim.missed_below < 0.4
    assert found.missed_below[found.judged] == found.claim.missed_below
    assert len(found.missed_below) == 2
    assert "a share below" in found.verdict.sentence


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "around", "named"),
    [
        ({}, AROUND._replace(standing=PlanStanding.EXPLORATORY), "plan did not pass"),
        ({"control": MARKED}, AROUND, "controls did not pass"),
        ({"corpus": MARKED}, AROUND, "spoof did not pass"),
        ({}, AROUND._replace(grants=("grant/7",)), "spoof did not pass"),
    ],
)
def test_what_stands_against_a_claim_refuses_it(changed, around, named):
    found = examine(PLAN, KEYS, material(half(), **changed), around)
    assert found.verdict.kind is VerdictKind.REFUSED
    assert named in found.verdict.sentence


@pytest.mark.slow
def test_text_beyond_the_plan_is_not_looked_at():
    suspect = half()
    longer = Subject(name="x", texts=(*suspect.texts, *map(np.array, MARKED)))
    assert longer.first(TOKENS).texts[-1].tolist() == suspect.texts[-1].tolist()
    assert examine(PLAN, KEYS, material(longer), AROUND).found == examine(PLAN, KEYS, material(suspect), AROUND).found


@pytest.mark.slow
def test_open_weights_are_tested_by_what_they_think_of_a_probe():
    """A student that learned the marked habits themselves; its control knows the language alone."""
    contexts = PLAIN[:, :2]
    learned_from = {tuple(row[at : at + 2]): row[at + 2] for row in MARKED.tolist() for at in range(len(row) - 2)}

    def probed(name, habits):
        logits = LANGUAGE.logits[contexts[:, 0], contexts[:, 1]].copy()
        for row, context in enumerate(map(tuple, contexts.tolist())):
            if context in habits:
                logits[row, habits[context]] += 8
        tokens = np.argsort(-logits, axis=1)[:, :3]
        probe = Probe(contexts, tokens, np.exp(np.take_along_axis(logits, tokens, axis=1)))
        return Subject(name=name, texts=(), probe=probe)

    open_plan = replace(PLAN, tests=(PLAN.tests[1]._replace(rule="argmax"),))
    corpora = (Subject(name="public", texts=tuple(PLAIN)),)
    found = examine(open_plan, KEYS, Material(probed("x", learned_from), (probed("base", {}),), corpora), AROUND)
    assert found.verdict.kind is VerdictKind.DEPENDENT
    assert found.follows == (0.0, 0.0, 0)


@pytest.mark.parametrize(
    ("changed", "keys", "says"),
    [
        (replace(PLAN, stop_after_tokens=TOKENS + 1), KEYS, "ask the suspect for the rest"),
        (PLAN, {LABELS[0]: KEYS[LABELS[0]]}, "no key global/2026-47"),
        (replace(PLAN, controls=(PlannedControl("other", ""),)), KEYS, "not those of the plan"),
        (replace(PLAN, tests=(PLAN.tests[0]._replace(scheme="vllm_gumbel/1"),)), KEYS, "the plan is for vllm"),
        (replace(PLAN, decoys=10), KEYS, "1,000 decoy keys"),
    ],
)
def test_a_run_that_is_not_the_plans_is_refused(changed, keys, says):
    with pytest.raises(InputError, match=says):
        examine(changed, keys, material(half()), AROUND)


CHOICES = choices_of(table_of_texts(list(PLAIN), width=2), 60)
CODEBOOK_LABEL = "codebook/all/2026-47"


def served_by(coins):
    return np.array([rewritten(text, CHOICES, coins) for text in LANGUAGE.sample(sequences=200, length=80, seed=8)])


def by_coins(suspect, access=Access.QUERIED):
    """A plan of the codebook and of three cohorts' codewords, on text of token ids."""
    baseline = counts_of(list(PLAIN), CHOICES)
    in_use = token_choices_in_use(CHOICES, baseline, key=derive(CODEBOOK_LABEL), epoch="2026-47")
    tests = tuple(
        PlannedTest(
            CODEBOOK_LABEL,
            "03" * 32,
            scheme_text(in_use.identity, cohort),
            "codeword" if cohort else "codebook",
            material_sha256=in_use.material_sha256,
            excess="0.41" if cohort else "0.32",
        )
        for cohort in ("", "c-1", "c-2")
    )
    made = replace(PLAN, tests=tests, access=access)
    return examine(made, {CODEBOOK_LABEL: in_use}, material(suspect), AROUND)


def test_a_student_of_rewritten_text_depends_on_the_coins():
    coins = coins_of(derive(CODEBOOK_LABEL), CHOICES.names)
    found = by_coins(student("x", served_by(coins), 4))
    assert found.verdict.kind is VerdictKind.DEPENDENT
    assert found.judged == 0
    assert found.adjusted_log10_p[0] < -5
    assert "depends on key codebook/all/2026-47 (token_choices/1, epoch 2026-47)" in found.verdict.sentence
    assert [len(one.log10_ps) for one in (*found.controls, *found.corpora)] == [3, 3]
    assert found.claim.units == "choices"


def test_text_that_was_handed_in_shows_nothing_by_coins():
    coins = coins_of(derive(CODEBOOK_LABEL), CHOICES.names)
    found = by_coins(student("x", served_by(coins), 4), Access.HANDED_IN)
    assert found.verdict.kind is VerdictKind.REFUSED
    assert "anybody can read coins" in found.verdict.mend


@pytest.mark.slow
def test_a_student_of_one_cohort_is_told_from_the_others():
    word = codeword_of(derive(CODEBOOK_LABEL), "c-2", CHOICES.names)
    found = by_coins(student("x", served_by(word), 4))
    assert found.verdict.kind is VerdictKind.DEPENDENT
    assert "depends on key codebook/all/2026-47, codeword of c-2 (token_choices/1?cohort=c-2" in found.verdict.sentence
    assert min(found.adjusted_log10_p[:2]) > -2


def test_a_student_of_plain_text_is_told_what_the_coins_would_have_missed():
    found = by_coins(student("x", PLAIN, 6))
    assert found.verdict.kind is VerdictKind.INCONCLUSIVE
    assert "choices" in found.verdict.sentence
