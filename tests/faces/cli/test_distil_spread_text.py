from __future__ import annotations

import json

from distil_result import ROW, distil_result
from stillwatch.faces.cli.distil_spread_text import spread_markdown
from stillwatch.service.range_distil_spread import range_distil_spread


def test_a_table_has_a_row_for_each_test(tmp_path):
    folders = []
    for seed, p in ((1, -10.0), (2, -2.5)):
        (tmp_path / f"{seed}").mkdir()
        rows = [
            ROW | {"log10_p": p, "adjusted_log10_p": p + 1},
            ROW | {"student": "rewritten", "rewritten_share": 0.25},
        ]
        (tmp_path / f"{seed}" / "results.json").write_text(json.dumps(distil_result(seed, *rows)))
        folders.append(tmp_path / f"{seed}")
    page = spread_markdown(range_distil_spread(folders)).splitlines()
    assert page[0] == "# Students of a marked teacher, 2 seeds"
    assert page[2].startswith("Seeds 1, 2. Teacher and students: a GPT of 108,288 parameters; an invented language")
    assert page[4] == "## shares"
    assert page[8] == "| gumbel-050 | cohort | mode | 20,000 | 6e-7 | 1e-10 | 0.0032 | 0.032 | 1 of 2 | 2.85 |"
    assert not any(line.startswith("## How good") for line in page)
    assert page[9].startswith("| rewritten (rewritten share 0.25) | cohort | mode |")


def test_defences_have_a_table_of_their_own(tmp_path):
    quality = {"group": "reasoning", "defence": "removed", "measure": "right", "value": 0.25}
    told = distil_result(1) | {"experiments": {"defences": {"qualities": [quality]}}}
    (tmp_path / "results.json").write_text(json.dumps(told))
    page = spread_markdown(range_distil_spread([tmp_path])).splitlines()
    assert page[-1] == "| reasoning | removed | right | 25.0% | 25.0% | 25.0% |"
