"""The whole judgement on a student that counts, without any weights."""

from __future__ import annotations

import hashlib

import pytest

from stillwatch.attribution.examine import Material
from stillwatch.attribution.pair_table import contexts_of_texts
from stillwatch.attribution.plan import PlannedControl
from stillwatch.attribution.subject import Subject
from stillwatch.attribution.verdict import VerdictKind
from stillwatch.core.errors import SettingsError
from stillwatch.evaluation.distil.lessons import mixture
from stillwatch.evaluation.distil.variant import VARIANTS
from stillwatch.evaluation.small_language import CountingStudent, SmallLanguage
from stillwatch.service.attribution.commit_keys import committed_key
from stillwatch.service.attribution.served_contexts import digest_of_served
from stillwatch.service.distil.judge_student import (
    TOKEN_IDS,
    Case,
    KeyedTest,
    committed_mark,
    committed_secret,
    judge_student,
    label_of,
    note_plan,
    open_vault,
    plan_of,
)

LANGUAGE = SmallLanguage.of(symbols=64, seed=1)
PLAIN = LANGUAGE.sample(sequences=200, length=80, seed=2)
ASKED = {"sequences": 110, "length": 60, "seed": 4}


@pytest.fixture
def vault(tmp_path):
    return open_vault(tmp_path)


def test_keys_are_committed_to_before_they_mark(vault):
    label = label_of(vault, VARIANTS[0])
    with pytest.raises(SettingsError, match="was not committed to"):
        committed_key(vault.ring, label, vault.log)
    mark = committed_mark(vault, label, VARIANTS[0])
    assert committed_mark(open_vault(vault.ring.folder.parent), label, VARIANTS[0]).key == mark.key
    assert committed_secret(vault, label) == vault.ring.secret(label)
    assert vault.log.size == 1


def test_a_student_of_half_marked_answers_is_found_by_a_plan_that_was_noted_and_by_no_other(vault):
    label = label_of(vault, VARIANTS[0])
    mark = committed_mark(vault, label, VARIANTS[0])
    marked = LANGUAGE.sample(sequences=200, length=80, seed=3, mark=mark)
    served = contexts_of_texts(tuple(marked), width=2)
    case = Case(
        name="student",
        tests=(KeyedTest(label, mark, "mode", served), KeyedTest(label, mark, "mode_log", served)),
        tokens=6_000,
        controls=(PlannedControl("plain", "written before any key"),),
        probes_sha256=hashlib.sha256(b"").hexdigest(),
        tokenizer_sha256=TOKEN_IDS,
    )
    lessons = mixture(marked, PLAIN, percent=50)
    material = Material(
        Subject(name="student", texts=tuple(CountingStudent.of(lessons, symbols=64).sample(**ASKED))),
        (Subject(name="plain", texts=tuple(PLAIN)),),
        (Subject(name="text", texts=tuple(LANGUAGE.sample(sequences=60, length=80, seed=5))),),
    )
    plan = plan_of(case, vault)
    assert plan.served_sha256 == digest_of_served({str(label): served})
    assert judge_student(plan, case, material, vault).examination.verdict.kind is VerdictKind.REFUSED
    note_plan(plan, vault)
    found = judge_student(plan, case, material, vault).examination
    assert max(found.adjusted_log10_p) < -15
    assert found.verdict.because[0] == "the run is confirmatory"


def test_what_was_served_stands_in_a_plan_whose_rule_asks_it_alone(vault):
    label = label_of(vault, VARIANTS[0])
    one = KeyedTest(label, committed_mark(vault, label, VARIANTS[0]), "mode", contexts_of_texts(tuple(PLAIN), width=2))
    case = Case(name="s", tests=(one,), tokens=9, controls=(), probes_sha256="", tokenizer_sha256=TOKEN_IDS)
    assert plan_of(case, vault).served_sha256 == ""
