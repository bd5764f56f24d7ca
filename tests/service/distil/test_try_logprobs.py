"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from small_bench import opened, small_settings
from stillwatch.evaluation.distil.defence_sizes import DefenceSizes
from stillwatch.service.distil.bench import Bench
from stillwatch.service.distil.judge_student import open_vault
from stillwatch.service.distil.teach import teach
from stillwatch.service.distil.try_logprobs import POLICIES, answer_loss, excess_loss, try_logprobs

SIZES = DefenceSizes(answers=30, steps=20, worked=80, worked_steps=20, worked_batch=8, asked=60)


def silent(stage, done, total):
    assert done <= total, stage


def bench_of(settings):
    return Bench(settings, teach(settings, opened(settings), silent), open_vault(settings.out))


@pytest.mark.slow
def test_each_policy_has_a_student_of_its_own(tmp_path):
    bench = bench_of(small_settings(tmp_path))
    found = try_logprobs(bench, silent, SIZES)
    assert [one.defence for one in found] == ["none", *(one.name for one in POLICIES[1:])]
    text, five, twenty, whole = (one.value for one in found)
    assert len({text, five, whole}) == 3
    assert twenty == whole, "there are but 16 tokens"
    assert answer_loss(bench.taught.teacher, bench.taught) > 0
    assert excess_loss(bench.taught.teacher, bench.taught) == 0
    assert try_logprobs(bench, silent, SIZES) == found
