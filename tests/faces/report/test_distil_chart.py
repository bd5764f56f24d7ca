from __future__ import annotations

import re
from itertools import pairwise

from stillwatch.faces.report.distil_chart import draw_students

CURVES = {
    "gumbel-<50>": [(500, -2.0), (20_000, -40.0)],
    "gumbel-000": [(500, -0.1), (20_000, -0.2)],
    "gumbel-005": [(500, -0.3), (20_000, -0.4)],
}


def test_every_student_has_a_line_a_name_and_a_p_value():
    chart = draw_students(CURVES)
    assert chart.text == "After 20,000 tokens the p-values are: gumbel-<50> 1e-40; gumbel-000 0.64; gumbel-005 0.4."
    assert "gumbel-&lt;50&gt;, 1e-40</text>" in chart.svg
    assert len(re.findall("<circle", chart.svg)) == 6
    heights = [float(y) for y in re.findall(r'cx="70.00%" cy="([\d.]+)"', chart.svg)]
    assert heights[0] < heights[2] < heights[1] < chart.height


def test_names_of_close_lines_stand_apart():
    chart = draw_students(CURVES)
    names = sorted(float(y) for y in re.findall(r'x="71.50%" y="([\d.]+)"', chart.svg))
    assert all(after - before >= 16 for before, after in pairwise(names))


def test_a_single_point_is_drawn_too():
    assert "<circle" in draw_students({"one": [(500, -1.0)]}).svg
