from __future__ import annotations

import json

import pytest

from stillwatch.core.errors import InputError
from stillwatch.service.range_distil_spread import range_distil_spread


def result(seed, p, **options):
    row = {"student": "gumbel-050", "key": "cohort/gumbel/e", "rule": "mode", "tokens": 9, "loss": 3.0, "contexts": 5}
    return {
        "schema": "stillwatch.distil/2",
        "settings": {"seed": seed, "text": "invented", "sizes": {"answers": 9}},
        "symbols": 16,
        "parameters": 100,
        "teacher_loss": 2.5,
        "experiments": {
            "shares": {"tests": [row | {"log10_p": p, "adjusted_log10_p": p}]},
            "other": {"figures": []},
        },
    } | options


def folder(tmp_path, name, told):
    (tmp_path / name).mkdir()
    (tmp_path / name / "results.json").write_text(json.dumps(told))
    return tmp_path / name


def test_seeds_are_put_together_by_test(tmp_path):
    found = range_distil_spread([folder(tmp_path, f"{seed}", result(seed, -float(seed))) for seed in (1, 2, 9)])
    assert found["seeds"] == [1, 2, 9]
    assert list(found["experiments"]) == ["shares"]
    (row,) = found["experiments"]["shares"]
    assert row["log10_p"] == {"median": -2.0, "lowest": -9.0, "highest": -1.0}
    assert row["found"] == 2


def test_qualities_of_students_are_put_together_by_defence(tmp_path):
    def of(seed, value):
        quality = {"group": "mark", "defence": "none", "measure": "excess", "value": value}
        return result(seed, -1.0, experiments={"defences": {"qualities": [quality]}})

    found = range_distil_spread([folder(tmp_path, f"{seed}", of(seed, 3.0 + seed / 10)) for seed in (1, 2, 3)])
    assert found["experiments"] == {}
    assert found["qualities"] == [
        {"group": "mark", "defence": "none", "measure": "excess", "median": 3.2, "lowest": 3.1, "highest": 3.3}
    ]


@pytest.mark.parametrize(
    ("told", "said"),
    [
        pytest.param(result(1, -1.0), "a seed stands twice", id="the same seed"),
        pytest.param(result(2, -1.0, experiments={}), "another experiment", id="other experiments"),
        pytest.param(result(2, -1.0, schema="stillwatch.distil/1"), "another version", id="an older version"),
    ],
)
def test_what_does_not_go_together_is_refused(tmp_path, told, said):
    folders = [folder(tmp_path, "one", result(1, -1.0)), folder(tmp_path, "two", told)]
    with pytest.raises(InputError, match=said):
        range_distil_spread(folders)


def test_a_folder_without_a_result_is_refused(tmp_path):
    with pytest.raises(InputError, match="no result"):
        range_distil_spread([tmp_path])
