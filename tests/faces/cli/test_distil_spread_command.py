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
