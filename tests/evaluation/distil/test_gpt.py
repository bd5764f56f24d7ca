"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.evaluation.distil.gpt import (
    Shape,
    Training,
    load_weights,
    mean_loss,
    tensor_for,
    train,
    weights_of,
    write_on,
)
from stillwatch.evaluation.distil.teaching_text import invented

SHAPE = Shape(symbols=16, width=16, layers=2, heads=2, context=24)
ROWS = invented(symbols=16, rows=120, context=24, seed=1)


def silent(done, total):
    assert done <= total


def trained(steps=60, **options):
    return train(SHAPE, ROWS[20:], Training(steps=steps, batch=16, decay=0.1, seed=1, **options), silent)


def likeliest(model):
    rows = ROWS[:12].copy()
    write_on(model, rows, 4, lambda logits, _so_far: logits.argmax(axis=1))
    return rows


@pytest.mark.slow
def test_it_learns_and_the_same_seed_learns_the_same():
    model, again = trained(), trained()
    assert mean_loss(model, ROWS[:20]) < mean_loss(trained(steps=1), ROWS[:20]) - 0.1
    assert all((weights_of(model)[name] == value).all() for name, value in weights_of(again).items())


@pytest.mark.slow
def test_kept_weights_answer_as_before():
    model = trained(steps=5)
    assert (likeliest(load_weights(SHAPE, weights_of(model))) == likeliest(model)).all()


@pytest.mark.slow
def test_who_learns_on_begins_where_it_stopped():
    model = trained()
    kept = weights_of(model)
    further = trained(steps=60, begin=kept)
    assert mean_loss(further, ROWS[20:]) < mean_loss(model, ROWS[20:])
    assert all((weights_of(model)[name] == value).all() for name, value in kept.items())


@pytest.mark.slow
def test_each_token_is_chosen_by_the_logits_after_all_before_it():
    model, seen = trained(steps=5), []

    def choose(logits, so_far):
        seen.append(so_far.shape[1])
        return logits.argmax(axis=1)

    rows = ROWS[:3].copy()
    write_on(model, rows, 4, choose)
    assert seen == list(range(4, 24))
    again = model(tensor_for(model, rows))[:, :-1].argmax(2).numpy()
    assert (again[:, 3:] == rows[:, 4:]).all()
    assert (rows[:, :4] == ROWS[:3, :4]).all()


@pytest.mark.slow
@pytest.mark.parametrize("is_shifted", [False, True])
def test_what_was_read_before_counts_as_if_it_were_read_again(is_shifted):
    import torch

    model = train(SHAPE._replace(is_shifted=is_shifted), ROWS, Training(5, 16, 0.1, 1), silent)
    tokens, past = torch.from_numpy(ROWS[:3]), model.no_past()
    with torch.inference_mode():
        whole = model(tokens)
        parts = torch.cat(
            [model(tokens[:, :10], past), *(model(tokens[:, at : at + 1], past) for at in range(10, 24))], 1
        )
    assert torch.allclose(whole, parts, atol=1e-5)
