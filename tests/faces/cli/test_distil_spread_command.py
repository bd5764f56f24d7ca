from __future__ import annotations

import json

from click.testing import CliRunner

from distil_result import distil_result
from stillwatch.faces.cli.range_command import range_command


def folders(tmp_path):
    for seed in (1, 2):
        (tmp_path / f"{seed}").mkdir()
        (tmp_path / f"{seed}" / "results.json").write_text(json.dumps(distil_result(seed)))
    return [str(tmp_path / "1"), str(tmp_path / "2")]


def test_it_writes_table_picture_and_figures(tmp_path):
    out = tmp_path / "out"
    told = CliRunner().invoke(range_command, ["distil-spread", *folders(tmp_path), "--out", str(out)])
    assert told.output.rstrip("\n") == (out / "spread.md").read_text().rstrip("\n")
    assert json.loads((out / "spread.json").read_text())["seeds"] == [1, 2]
    assert (out / "spread.svg").read_text().startswith("<svg")


def test_as_json_it_prints_the_figures(tmp_path):
    told = CliRunner().invoke(range_command, ["distil-spread", *folders(tmp_path), "--json"])
    assert json.loads(told.output)["schema"] == "stillwatch.distil-spread/1"


def test_defences_are_drawn_and_where_nothing_was_tested_nothing_else_is(tmp_path):
    quality = {"group": "reasoning", "defence": "removed", "measure": "right", "value": 0.25}
    told = distil_result(1) | {"experiments": {"defences": {"qualities": [quality]}}}
    (tmp_path / "results.json").write_text(json.dumps(told))
    out = tmp_path / "out"
    CliRunner().invoke(range_command, ["distil-spread", str(tmp_path), "--out", str(out)], catch_exceptions=False)
    assert sorted(path.name for path in out.iterdir()) == ["defences.svg", "spread.json", "spread.md"]
