"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from small_bench import SIZES, bench_of, silent, small_settings

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.attribution.plan import read_plan
from stillwatch.service.distil.students import probes_sha256
from stillwatch.service.distil.try_wear import try_wear


@pytest.mark.slow
def test_each_wear_has_a_student_that_is_judged_as_all_are(tmp_path):
    bench = bench_of(small_settings(tmp_path, sizes=replace(SIZES, rewritten=0.4, further_steps=5)))
    tests = try_wear(bench, silent)["tests"]
    assert [one["student"] for one in tests] == ["rewritten", "trained-on", "other-tokens"]
    assert (tests[0]["rewritten_share"], tests[1]["further_steps"]) == (0.4, 5)
    assert tests[2]["own_symbols"] > 16
    assert {one["key"].split("/")[1] for one in tests} == {"gumbel"}
    suspects = tmp_path / "suspects"
    plans = [read_plan((suspects / f"{one['student']}-mode-500.plan.json").read_bytes()) for one in tests]
    assert plans[0].probes_sha256 == probes_sha256(bench.taught) != plans[2].probes_sha256
    marked, rewritten = (
        bench.taught.stages.arrays(name, dict)["rows"] for name in ("gumbel-answers", "rewritten-answers")
    )
    assert 0.2 < (marked[:, 8:] != rewritten[:, 8:]).mean() < 0.5
