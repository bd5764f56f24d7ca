"""With torch alone: `make .venv/.torch`."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from small_bench import bench_of, silent, small_settings

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.attribution.plan import read_plan
from stillwatch.evaluation.distil.variant import VARIANTS
from stillwatch.faces.cli.attribute_command import attribute_command
from stillwatch.service.distil.amounts import Amount
from stillwatch.service.distil.cohort import cohort_of
from stillwatch.service.distil.try_student import Trial, clean_student, plain_student, try_student, written_by


def tried(bench, write):
    cohort = cohort_of(VARIANTS[0], bench, silent)
    trial = Trial(
        "student", {"special": 1}, (Amount(500, (cohort.test_of(100),)),), write, (clean_student(bench, silent),)
    )
    return try_student(trial, bench)


@pytest.mark.slow
def test_its_plan_is_in_the_log_before_it_is_trained_and_anybody_can_test_it_again(tmp_path):
    bench = bench_of(small_settings(tmp_path))
    held = []

    def write():
        held.append(bench.vault.log.size)
        return written_by("student", bench.taught.plain, bench, silent)()

    (row,) = tried(bench, write)
    assert held == [row["plan_leaf"] + 1]
    assert row["special"] == 1
    assert row["loss"] == plain_student(bench, silent).loss
    folder = tmp_path / "suspects"
    assert read_plan((folder / "student-mode-500.plan.json").read_bytes()).suspect == "student"
    again = tmp_path / "again.json"
    options = ["--marks", str(tmp_path / "marks"), "--log", str(tmp_path / "evidence"), "--out", str(again)]
    options += ["--control", f"teacher-plain={folder / 'teacher-plain.jsonl'}"]
    options += [
        "--control",
        f"clean-student={folder / 'clean-student.jsonl'}",
        "--corpus",
        f"text={folder / 'text.jsonl'}",
    ]
    asked = ["test", str(folder / "student-mode-500.plan.json"), str(folder / "student.jsonl"), *options]
    told = CliRunner().invoke(attribute_command, asked, standalone_mode=False, catch_exceptions=False)
    assert told.return_value in {0, 3}
    kept, found = (json.loads(path.read_text()) for path in (folder / "student-mode-500.json", again))
    assert found["tests"] == kept["tests"]
    assert found["tests"][0]["log10_p"] == row["log10_p"]
    assert (found["decoys"], found["controls"], found["corpora"]) == (kept["decoys"], kept["controls"], kept["corpora"])
