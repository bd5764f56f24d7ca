"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.evaluation.distil.gpt import Gpt, Shape, Training, fit, train
from stillwatch.evaluation.distil.likelihood import answer_logprobs, next_logprobs
from stillwatch.evaluation.distil.losses import of_answers, of_soft_labels
from stillwatch.evaluation.distil.soft_labels import LogprobPolicy, SoftLabels, served
from stillwatch.evaluation.distil.teaching_text import invented

SHAPE = Shape(symbols=16, width=16, layers=1, heads=2, context=24)
ROWS = invented(symbols=16, rows=80, context=24, seed=1)
BEGUN = 6


def silent(done, total):
    assert done <= total


@pytest.mark.slow
def test_the_loss_of_answers_is_that_of_what_follows_the_prompt():
    model, chosen = Gpt(SHAPE), np.array([3, 5])
    said = -answer_logprobs(model, ROWS[chosen], BEGUN).mean() / (24 - BEGUN)
    assert of_answers(ROWS, BEGUN)(model, chosen).item() == pytest.approx(said, rel=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("most", [0, 4])
def test_the_loss_of_soft_labels_is_theirs_and_of_the_rest_that_of_the_text(most):
    model, chosen = Gpt(SHAPE), np.array([2, 7, 9])
    exact = np.log(np.random.default_rng(2).dirichlet(np.ones(16), size=(80, 24 - BEGUN)))
    labels = served(exact, LogprobPolicy("any", most))
    told = next_logprobs(model, ROWS[chosen], BEGUN)
    named = np.take_along_axis(told, labels.tokens[chosen], axis=-1)
    expected = (labels.shares[chosen] * named).sum(-1)
    if most:
        said, rest = ROWS[chosen, BEGUN:, None], np.log(1 - np.exp(named).sum(-1))
        is_other = (labels.tokens[chosen] != said).all(-1)
        expected += labels.rest[chosen] * rest + is_other * (np.take_along_axis(told, said, axis=-1)[..., 0] - rest)
    assert of_soft_labels(ROWS, BEGUN, labels)(model, chosen).item() == pytest.approx(-expected.mean(), rel=1e-4)


@pytest.mark.slow
def test_where_nothing_is_told_it_is_the_loss_of_the_text():
    model, chosen = Gpt(SHAPE), np.array([1, 4])
    nothing = SoftLabels(np.empty((80, 18, 0), np.int64), np.empty((80, 18, 0)), np.ones((80, 18)))
    told = of_soft_labels(ROWS, BEGUN, nothing)(model, chosen).item()
    assert told == pytest.approx(of_answers(ROWS, BEGUN)(model, chosen).item(), rel=1e-5)


@pytest.mark.slow
def test_a_student_of_all_log_probabilities_comes_nearer_to_its_teacher_than_one_of_text():
    teacher = train(SHAPE, ROWS, Training(steps=150, batch=16, decay=0.1, seed=1), silent)
    few, unread = ROWS[:24], invented(symbols=16, rows=160, context=24, seed=1)[80:]
    exact = next_logprobs(teacher, few, BEGUN)
    training = Training(steps=150, batch=8, decay=0.05, seed=2)
    by_text = fit(SHAPE, len(few), training, of_answers(few, BEGUN), silent)
    by_all = fit(SHAPE, len(few), training, of_soft_labels(few, BEGUN, served(exact, LogprobPolicy("all"))), silent)
    assert answer_logprobs(by_all, unread, BEGUN).mean() > answer_logprobs(by_text, unread, BEGUN).mean()
