"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from small_bench import opened, small_settings
from stillwatch.evaluation.distil.defence_sizes import DefenceSizes
from stillwatch.evaluation.distil.steps_task import Shown
from stillwatch.service.distil.bench import Bench
from stillwatch.service.distil.judge_student import open_vault
from stillwatch.service.distil.teach import teach
from stillwatch.service.distil.try_steps import try_steps

SIZES = DefenceSizes(answers=30, steps=20, worked=80, worked_steps=20, worked_batch=8, asked=60)


def silent(stage, done, total):
    assert done <= total, stage


def bench_of(settings):
    return Bench(settings, teach(settings, opened(settings), silent), open_vault(settings.out))


@pytest.mark.slow
def test_each_way_to_show_steps_is_measured_on_long_and_short_questions(tmp_path):
    found = try_steps(bench_of(small_settings(tmp_path)), silent, SIZES)
    assert [one.defence for one in found] == [how.value for how in Shown for _ in range(2)]
    assert {one.measure for one in found} == {"right", "right, one turn"}
    assert all(0 <= one.value <= 1 for one in found)
