from stillwatch.evaluation.reliability import reliability
from stillwatch.faces.board.reliability_chart import draw_reliability


def test_a_mark_for_every_bin_larger_where_more_are():
    chart = draw_reliability(reliability([(0.97, True)] * 9 + [(0.6, False)]))
    assert chart.svg.count("<circle") == 2
    assert 'r="10.0"' in chart.svg
    assert chart.text == "0.60 stated, 0.00 true of 1; 0.97 stated, 1.00 true of 9"


def test_nobody_stated_anything():
    assert draw_reliability(reliability([])).text == ""
