from __future__ import annotations

import numpy as np
import pytest

from stillwatch.evaluation.distil.steps_task import (
    ASKED,
    LONGEST,
    SHORT,
    STATES,
    SYMBOLS,
    Shown,
    StepsTask,
    shown,
    turns_of,
)

TASK = StepsTask.of(seed=1)
QUESTIONS = TASK.questions(count=400, seed=2)
WORKED = TASK.worked(QUESTIONS)


def test_half_of_the_questions_need_no_steps():
    turns = turns_of(QUESTIONS)
    assert set(turns.tolist()) == set(range(1, LONGEST + 1))
    assert 0.4 < (turns <= SHORT).mean() < 0.6
    assert WORKED.max() < SYMBOLS


def test_steps_lead_from_the_first_state_to_the_answer():
    for row, turns in zip(WORKED[:40], turns_of(QUESTIONS[:40]), strict=True):
        state = row[0]
        for at in range(turns):
            state = TASK.leads_to[row[1 + at] - 2 * STATES, state]
            assert row[ASKED + at] == state
        assert row[-1] == state


@pytest.mark.parametrize(("how", "tokens"), [("steps", 10), ("reworded", 10), ("summary", 6), ("removed", 2)])
def test_question_and_answer_stay_whatever_is_shown_between(how, tokens):
    rows = shown(WORKED, Shown(how), seed=3)
    assert rows.shape == (400, ASKED + tokens)
    assert (rows[:, :ASKED] == QUESTIONS).all()
    assert (rows[:, -1] == WORKED[:, -1]).all()


def test_other_words_say_the_same():
    rows = shown(WORKED, Shown.REWORDED, seed=3)[:, ASKED : ASKED + LONGEST]
    told = WORKED[:, ASKED : ASKED + LONGEST]
    assert 0.4 < (rows != told)[told < STATES].mean() < 0.6
    assert (np.where(rows < 2 * STATES, rows % STATES, rows) == told).all()
    assert (shown(WORKED, Shown.SUMMARY, seed=3)[:, ASKED : ASKED + 4] == told[:, 1::2]).all()
