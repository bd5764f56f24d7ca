"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import pytest

from small_bench import bench_of, silent, small_settings

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.evaluation.distil.variant import VARIANTS
from stillwatch.service.attribution.commit_keys import committed_key
from stillwatch.service.distil.cohort import cohort_of


@pytest.mark.slow
def test_the_log_holds_what_the_student_learned(tmp_path):
    bench = bench_of(small_settings(tmp_path))
    cohort = cohort_of(VARIANTS[0], bench, silent)
    assert committed_key(bench.vault.ring, cohort.label, bench.vault.log).leaf == 0
    tests = {percent: cohort.test_of(percent) for percent in (0, 10, 100)}
    assert {one.rule for one in tests.values()} == {"mode"}
    places = {percent: int(one.served.counts.sum()) for percent, one in tests.items()}
    # 40 answers of 16 tokens after the prompt, of which the first two have no whole context.
    assert places == {0: 40 * 14, 10: 4 * 14, 100: 40 * 14}
