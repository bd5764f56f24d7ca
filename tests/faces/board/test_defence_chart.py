from __future__ import annotations

import re

from stillwatch.evaluation.distil.quality import QualitySpread
from stillwatch.faces.board.defence_chart import draw_defences

SPREAD = [
    QualitySpread("log-probabilities", "none", "excess", 3.4, 3.3, 3.6),
    QualitySpread("log-probabilities", "5 & two decimals", "excess", 3.2, 3.2, 3.3),
    QualitySpread("reasoning", "removed", "right", 0.2, 0.15, 0.25),
    QualitySpread("reasoning", "removed", "right, one turn", 1.0, 0.9, 1.0),
]


def test_each_defence_has_its_median_and_range_in_the_panel_of_its_group():
    drawn = draw_defences(SPREAD)
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn)
    assert {"log-probabilities", "reasoning", "none", "5 &amp; two decimals", "removed", "3.400", "20%"} <= set(texts)
    assert texts.count("removed") == 1
    places = [float(one) for one in re.findall(r'cx="([^"]*)"', drawn)]
    assert len(places) == 4
    assert places[1] < places[0]
    assert places[3] < places[2]


def test_what_is_the_same_for_all_is_drawn_too():
    drawn = draw_defences([QualitySpread("mark", "none", "excess", 3.0, 3.0, 3.0)])
    assert 'cx="640.9"' in drawn
