"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

from small_bench import bench_of, silent, small_settings

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.core.errors import InputError
from stillwatch.service.distil.bench import Bench
from stillwatch.service.distil.try_shares import try_shares


@pytest.mark.slow
def test_every_student_is_judged_and_the_clean_one_is_shared(tmp_path):
    tests = try_shares(bench_of(small_settings(tmp_path, variants=("gumbel", "green"))), silent)["tests"]
    assert [one["student"] for one in tests] == ["gumbel-000", "gumbel-100", "green-000", "green-100"]
    assert [one["marked_percent"] for one in tests] == [0, 100, 0, 100]
    assert tests[0]["loss"] == tests[2]["loss"]
    assert [sorted(one["controls"]) for one in tests[:2]] == [["teacher-plain"], ["clean-student", "teacher-plain"]]


def test_an_unknown_mark_is_refused_before_anything_is_marked(tmp_path):
    with pytest.raises(InputError, match="no variant"):
        try_shares(Bench(small_settings(tmp_path, variants=("none",)), None, None), silent)
