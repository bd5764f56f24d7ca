"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import hashlib

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from small_bench import opened, small_settings
from stillwatch.evaluation.distil.gpt import mean_loss, weights_of
from stillwatch.service.distil.students import ask, learn, probes, probes_sha256
from stillwatch.service.distil.teach import teach


@pytest.mark.slow
def test_a_student_is_trained_once_and_asked_once(tmp_path):
    settings, seen = small_settings(tmp_path), []

    def note(stage, _done, _total):
        seen.append(stage)

    taught = teach(settings, opened(settings), note)
    student = learn("one", lambda: taught.plain, taught, note)
    rows = ask(student, taught, note)
    assert set(seen) == {"teacher", "plain", "one", "one asked"}
    assert (rows[:, :1] == probes(taught)).all()
    assert probes_sha256(taught) == hashlib.sha256(probes(taught).tobytes()).hexdigest()
    assert student.loss == mean_loss(student.model, taught.held_out)
    seen.clear()
    again = learn("one", lambda: taught.plain, taught, note)
    assert (ask(again, taught, note) == rows).all()
    assert seen == []
    assert all((weights_of(again.model)[name] == value).all() for name, value in weights_of(student.model).items())
