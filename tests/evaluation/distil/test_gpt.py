"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.attribution.detect import detect
from stillwatch.attribution.reference_sampler import Mark
from stillwatch.attribution.scheme_shelf import open_scheme
from stillwatch.evaluation.distil.gpt import Shape, Training, answers, load_weights, mean_loss, train, weights_of
from stillwatch.evaluation.distil.teaching_text import invented

SHAPE = Shape(symbols=16, width=16, layers=2, heads=2, context=24)
ROWS = invented(symbols=16, rows=120, context=24, seed=1)
GUMBEL = open_scheme("gumbel_siphash", {"context_width": 2})


def silent(done, total):
    assert done <= total


def trained(steps=60):
    return train(SHAPE, ROWS[20:], Training(steps=steps, batch=16, decay=0.1, seed=1), silent)


def asked(model, **options):
    return answers(model, ROWS[:12, :4], 24, seed=3, progress=silent, **{"mark": None, **options})


@pytest.mark.slow
def test_it_learns_and_the_same_seed_learns_the_same():
    model, again = trained(), trained()
    assert mean_loss(model, ROWS[:20]) < mean_loss(trained(steps=1), ROWS[:20]) - 0.1
    assert all((weights_of(model)[name] == value).all() for name, value in weights_of(again).items())


@pytest.mark.slow
def test_kept_weights_answer_as_before():
    model = trained(steps=5)
    assert (asked(load_weights(SHAPE, weights_of(model))) == asked(model)).all()


@pytest.mark.slow
def test_what_was_read_before_counts_as_if_it_were_read_again():
    import torch

    model = trained(steps=5)
    tokens, past = torch.from_numpy(ROWS[:3]), [None] * SHAPE.layers
    with torch.inference_mode():
        whole = model(tokens)
        parts = torch.cat(
            [model(tokens[:, :10], past), *(model(tokens[:, at : at + 1], past) for at in range(10, 24))], 1
        )
    assert torch.allclose(whole, parts, atol=1e-5)


@pytest.mark.slow
def test_answers_begin_with_the_prompt_and_bear_the_mark():
    mark = Mark(scheme=GUMBEL, key=GUMBEL.key_of(bytes(32)))
    model = trained(steps=5)
    marked = asked(model, mark=mark)
    assert (marked[:, :4] == ROWS[:12, :4]).all()
    assert detect(tuple(marked[:, 4:]), GUMBEL, mark.key).log10_p < -8
    assert detect(tuple(asked(model)[:, 4:]), GUMBEL, mark.key).log10_p > -3
