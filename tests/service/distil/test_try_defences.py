"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from small_bench import SIZES as BENCH
from small_bench import opened, small_settings
from stillwatch.evaluation.distil.defence_sizes import DefenceSizes
from stillwatch.service.distil.bench import Bench
from stillwatch.service.distil.judge_student import open_vault
from stillwatch.service.distil.teach import teach
from stillwatch.service.distil.try_defences import try_defences

SIZES = DefenceSizes(answers=30, steps=20, worked=80, worked_steps=20, worked_batch=8, asked=60)


def silent(stage, done, total):
    assert done <= total, stage


def bench_of(settings):
    return Bench(settings, teach(settings, opened(settings), silent), open_vault(settings.out))


@pytest.mark.slow
def test_defences_stand_in_three_groups_and_nothing_is_trained_twice(tmp_path):
    bench, seen = bench_of(small_settings(tmp_path, sizes=replace(BENCH, answers=1_500))), []
    found = try_defences(bench, silent, SIZES)
    groups = [one["group"] for one in found["qualities"]]
    assert list(dict.fromkeys(groups)) == ["log-probabilities", "reasoning", "mark"]
    assert [one["defence"] for one in found["qualities"][-3:]] == ["none", "codebook", "gumbel, one key"]
    assert try_defences(bench, lambda stage, _done, _total: seen.append(stage), SIZES) == found
    assert seen == []
