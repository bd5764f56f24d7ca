"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.attribution.detect import detect, detect_pairs, pairs_of
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.attribution.slot import LayeredMark, Slot, in_slot
from stillwatch.evaluation.distil.answers import answers, rewritten
from stillwatch.evaluation.distil.gpt import Shape, Training, train
from stillwatch.evaluation.distil.teaching_text import invented

SHAPE = Shape(symbols=16, width=16, layers=1, heads=2, context=24)
ROWS = invented(symbols=16, rows=120, context=24, seed=1)
GUMBEL = open_scheme("gumbel_siphash", {"context_width": 2})
MARKS = [Mark(scheme=GUMBEL, key=GUMBEL.key_of(bytes([at]) * 32)) for at in range(3)]


def silent(done, total):
    assert done <= total


@pytest.fixture(scope="module")
def model():
    return train(SHAPE, ROWS, Training(steps=5, batch=16, decay=0.1, seed=1), silent)


def asked(model, mark=None):
    return answers(model, np.tile(ROWS[:, :4], (5, 1)), 24, mark=mark, seed=3, progress=silent)


def log10_p(rows, mark):
    return detect(tuple(rows[:, 4:]), GUMBEL, mark.key).log10_p


@pytest.mark.slow
def test_answers_begin_with_the_prompt_and_bear_the_mark(model):
    marked = asked(model, MARKS[0])
    assert (marked[:120, :4] == ROWS[:, :4]).all()
    assert log10_p(marked, MARKS[0]) < -30
    assert log10_p(asked(model), MARKS[0]) > -3


@pytest.mark.slow
def test_two_layers_mark_each_their_own_contexts(model):
    layered = LayeredMark(slot_key=bytes(16), shared=MARKS[0], own=tuple(MARKS[1:]), account_of=np.arange(600) % 2)
    rows = asked(model, layered)

    def of_layer(mark, layer, part):
        pairs = in_slot(pairs_of(tuple(part[:, 4:]), 2), Slot(bytes(16), 2, layer))
        return detect_pairs(pairs, GUMBEL, mark.key).log10_p

    assert of_layer(MARKS[0], 0, rows) < -15
    assert of_layer(MARKS[1], 1, rows[::2]) < -15
    assert of_layer(MARKS[1], 1, rows[1::2]) > -3


@pytest.mark.slow
def test_a_second_model_chooses_a_share_of_the_tokens_anew(model):
    marked = asked(model, MARKS[0])
    anew = rewritten(model, marked, begun=4, share=0.5, seed=1)
    assert (anew[:, :4] == marked[:, :4]).all()
    assert 0.4 < (anew[:, 4:] != marked[:, 4:]).mean() < 0.5
    assert log10_p(marked, MARKS[0]) < log10_p(anew, MARKS[0]) - 10
    assert (rewritten(model, marked, begun=4, share=0.0, seed=1) == marked).all()
