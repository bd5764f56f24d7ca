"""With torch alone: `make .venv/.torch`. What a GPU does is tried where torch finds one."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

import torch

from stillwatch.core.errors import SettingsError
from stillwatch.evaluation.distil.device import device_named
from stillwatch.evaluation.distil.gpt import Shape, Training, mean_loss, train
from stillwatch.evaluation.distil.teaching_text import invented


def test_without_a_gpu_the_processor_is_taken_and_a_gpu_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert device_named("cpu") == device_named("auto") == "cpu"
    with pytest.raises(SettingsError, match="no GPU"):
        device_named("cuda")


def test_a_gpu_is_taken_where_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert device_named("auto") == device_named("cuda") == "cuda"
    assert device_named("cpu") == "cpu"


@pytest.mark.slow
@pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no GPU here")
def test_a_gpu_learns_as_the_processor_does():
    rows = invented(symbols=16, rows=60, context=24, seed=1)
    shape = Shape(symbols=16, width=16, layers=1, heads=2, context=24)
    losses = [
        mean_loss(train(shape, rows, Training(20, 8, 0.1, 1, device), lambda _done, _total: None), rows)
        for device in ("cpu", "cuda")
    ]
    assert losses[0] == pytest.approx(losses[1], abs=0.02)
