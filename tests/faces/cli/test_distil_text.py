from __future__ import annotations

from distil_result import ROW, distil_result
from stillwatch.faces.cli.distil_text import distil_markdown


def test_a_page_has_a_row_and_its_checks_for_each_test():
    silent = ROW | {"key": "account/account-01/e", "decoy_cells": None, "verdict": None, "adjusted_log10_p": -1.9}
    page = distil_markdown(distil_result(7, ROW, silent, experiment="layers")).splitlines()
    assert page[0] == "# Students of a marked teacher, seed 7"
    assert "a GPT of 108,288 parameters; an invented language" in page[2]
    assert page[4] == "## layers"
    found = "| gumbel-050 | cohort/gumbel | 50 % | mode | 20,000 | 1,289 | 1e-10 | 4e-10 | yes | 2.85 | dependent |"
    assert page[8] == found
    assert page[9].startswith("| gumbel-050 | account/account-01 | 50 % |")
    assert page[9].endswith("| no | 2.85 |  |")
    assert page[-1] == "- gumbel-050, mode, 20,000 tokens: decoys below 0.0400 at 0.05; teacher-plain -0.3, text -0.1"
