"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from small_bench import SIZES, opened, small_settings
from stillwatch.core.errors import InputError
from stillwatch.service.distil.bench import Bench
from stillwatch.service.distil.judge_student import open_vault
from stillwatch.service.distil.teach import teach
from stillwatch.service.distil.try_codebook import try_codebook


def silent(stage, done, total):
    assert done <= total, stage


def bench_of(settings):
    return Bench(settings, teach(settings, opened(settings), silent), open_vault(settings.out))


@pytest.mark.slow
def test_students_of_rewritten_answers_are_tested_at_three_amounts_of_text(tmp_path):
    found = try_codebook(bench_of(small_settings(tmp_path, sizes=replace(SIZES, answers=1_500))), silent)
    assert found["changed_share"] <= 0.02
    assert found["choices"] > 0
    rows = found["tests"]
    assert [one["student"] for one in rows[::3]] == ["codebook-000", "codebook-050", "codebook-100"]
    assert [one["tokens"] for one in rows[:3]] == [12_500, 25_000, 50_000]
    assert all(one["matches"] <= one["contexts"] <= found["choices"] for one in rows)
    assert all(one["decoys_below_05"] <= 0.08 for one in rows)
    assert len({one["plan_leaf"] for one in rows}) == 3


@pytest.mark.slow
def test_too_few_answers_to_choose_in_are_refused(tmp_path):
    with pytest.raises(InputError, match="40 answers leave no choice"):
        try_codebook(bench_of(small_settings(tmp_path)), silent)
