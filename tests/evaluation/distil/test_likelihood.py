"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.evaluation.distil.gpt import Gpt, Shape, mean_loss
from stillwatch.evaluation.distil.likelihood import answer_logprobs, likeliest, next_logprobs

SHAPE = Shape(symbols=12, width=16, layers=2, heads=2, context=10)
ROWS = np.random.default_rng(1).integers(12, size=(500, 10))


@pytest.mark.slow
def test_log_probabilities_are_of_each_next_token():
    model = Gpt(SHAPE)
    told = next_logprobs(model, ROWS, 1)
    assert told.shape == (500, 9, 12)
    assert np.exp(told).sum(-1) == pytest.approx(1.0, abs=1e-5)
    assert -answer_logprobs(model, ROWS, 1).mean() / 9 == pytest.approx(mean_loss(model, ROWS), rel=1e-4)
    assert (next_logprobs(model, ROWS, 4) == told[:, 3:]).all()


@pytest.mark.slow
def test_the_likeliest_answer_is_likeliest_at_every_place():
    model = Gpt(SHAPE)
    rows = likeliest(model, ROWS[:5, :3], 10)
    assert (rows[:, :3] == ROWS[:5, :3]).all()
    assert (next_logprobs(model, rows, 3).argmax(-1) == rows[:, 3:]).all()
