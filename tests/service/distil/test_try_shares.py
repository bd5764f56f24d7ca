"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from small_bench import opened, small_settings
from stillwatch.core.errors import InputError
from stillwatch.service.distil.bench import Bench
from stillwatch.service.distil.judge_student import open_vault
from stillwatch.service.distil.teach import teach
from stillwatch.service.distil.try_shares import try_shares


def silent(stage, done, total):
    assert done <= total, stage


def bench_of(settings):
    return Bench(settings, teach(settings, opened(settings), silent), open_vault(settings.out))


@pytest.mark.slow
def test_every_student_is_judged_and_clean_ones_are_shared(tmp_path):
    bench = bench_of(small_settings(tmp_path, variants=("gumbel", "green")))
    students = try_shares(bench, silent)["students"]
    assert [one["student"] for one in students] == ["gumbel-000", "gumbel-100", "green-000", "green-100"]
    assert all(one["verdict"]["because"][0] == "the run is confirmatory" for one in students)
    assert all(one["adjusted_log10_p"] >= one["log10_p"] for one in students)
    assert students[0]["loss"] == students[2]["loss"]
    assert len({one["plan_leaf"] for one in students}) == 4


def test_an_unknown_mark_is_refused_before_anything_is_marked(tmp_path):
    with pytest.raises(InputError, match="no variant"):
        try_shares(Bench(small_settings(tmp_path, variants=("none",)), None, None), silent)
