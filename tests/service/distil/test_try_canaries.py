"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from small_bench import opened, small_settings
from stillwatch.service.distil.bench import Bench
from stillwatch.service.distil.judge_student import open_vault
from stillwatch.service.distil.teach import teach
from stillwatch.service.distil.try_canaries import try_canaries


def silent(stage, done, total):
    assert done <= total, stage


def bench_of(settings):
    return Bench(settings, teach(settings, opened(settings), silent), open_vault(settings.out))


@pytest.mark.slow
def test_canaries_are_looked_for_by_number_of_times_in_who_met_them_and_who_did_not(tmp_path):
    found = try_canaries(bench_of(small_settings(tmp_path)), silent)
    rows = found["tests"]
    assert [(one["student"], one["rule"]) for one in rows[:3]] == [
        ("canaries-01", "paired"),
        ("canaries-01", "text"),
        ("canaries-04", "paired"),
    ]
    assert len(rows) == 16
    assert {one["contexts"] for one in rows if one["rule"] == "paired"} == {30}
    assert len({one["plan_leaf"] for one in rows}) == 2
