"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.evaluation.distil.experiment import Experiment
from stillwatch.faces.cli.distil_text import SECTIONS
from stillwatch.service.distil.experiments import RUNS


def test_every_experiment_is_run_and_told():
    assert set(RUNS) == set(Experiment)
    assert set(SECTIONS) == {one.value for one in Experiment}
