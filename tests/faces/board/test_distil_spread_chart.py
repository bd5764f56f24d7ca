from __future__ import annotations

import re

from distil_result import ROW, distil_result
from stillwatch.evaluation.distil.spread import spread_of
from stillwatch.faces.board.distil_spread_chart import draw_spread


def drawn(*values):
    rows = [[ROW | {"student": "<b>", "log10_p": p, "adjusted_log10_p": p}] for p in values]
    return draw_spread(distil_result() | {"experiments": {"shares": spread_of(rows)}})


def test_the_median_lies_on_the_line_from_least_to_largest():
    picture = drawn(-1.0, -30.0, -4.0)
    (dot,) = re.findall(r'<circle cx="([\d.]+)"', picture)
    ((first, last),) = re.findall(r'<line x1="([\d.]+)" x2="([\d.]+)"[^>]* stroke-width="3"/>', picture)
    assert float(first) < float(dot) < float(last)
    assert ">&lt;b&gt;, cohort, mode, 20,000 tokens</text>" in picture
    assert ">2 of 3</text>" in picture
