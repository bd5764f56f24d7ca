"""With torch alone: `make .venv/.torch`. Models so small that nothing is found."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="torch is not installed: `make .venv/.torch`")

from stillwatch.core.errors import InputError
from stillwatch.evaluation.distil.distil_sizes import DistilSizes
from stillwatch.service.range_distil import DistilSettings, range_distil

SIZES = DistilSizes(
    symbols=16,
    text_rows=60,
    held_out_rows=20,
    context=24,
    width=16,
    layers=1,
    heads=2,
    batch=8,
    teacher_steps=20,
    student_steps=20,
    answers=40,
    suspect_rows=30,
    tested_tokens=500,
)


def run(out, **options):
    seen = []
    settings = DistilSettings(out=out, sizes=SIZES, **{"shares": (0, 100)} | options)
    return range_distil(settings, lambda stage, _done, _total: seen.append(stage)), set(seen)


@pytest.mark.slow
def test_every_student_is_judged_and_nothing_is_done_twice(tmp_path):
    first, stages = run(tmp_path)
    assert [one["student"] for one in first["students"]] == ["gumbel-000", "gumbel-100"]
    assert all(one["verdict"]["because"][0] == "the run is confirmatory" for one in first["students"])
    assert all(one["adjusted_log10_p"] >= one["log10_p"] for one in first["students"])
    assert stages == {"teacher", "plain", "gumbel-answers", "gumbel-000", "gumbel-000 asked", "gumbel-100"} | {
        "gumbel-100 asked"
    }
    again, stages = run(tmp_path)
    assert stages == set()
    assert again == first
    (tmp_path / "student-gumbel-100.npz").unlink()
    again, stages = run(tmp_path)
    assert stages == {"gumbel-100", "gumbel-100 asked"}
    assert again == first


@pytest.mark.slow
def test_a_further_variant_joins_what_is_there(tmp_path):
    run(tmp_path)
    found, stages = run(tmp_path, variants=("gumbel", "green"))
    assert [one["student"] for one in found["students"]][2:] == ["green-000", "green-100"]
    assert stages == {"green-answers", "green-100", "green-100 asked"}


def test_an_unknown_variant_is_refused(tmp_path):
    with pytest.raises(InputError, match="no variant"):
        run(tmp_path, variants=("none",))
