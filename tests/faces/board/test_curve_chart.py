from stillwatch.evaluation.board_figures import Point
from stillwatch.evaluation.intervals import Measure
from stillwatch.faces.board.curve_chart import draw_curve


def point(label, recall, low=None, high=None):
    return Point(label, label, Measure(recall, low, high, 1 if low is None else 2), Measure(None, None, None, 0))


def test_points_and_intervals_are_drawn_and_said():
    chart = draw_curve("rate", [point("2", 0.5, 0.2, 0.9), point("<6>", 1.0)])
    assert chart.svg.count("<circle") == 2
    assert chart.svg.count("spread") == 1
    assert "<rect" not in chart.svg
    assert chart.text.startswith("2: recall 0.50 (0.20 to 0.90), precision none; <6>")
    assert "&lt;6&gt;" in chart.svg
    assert "<6>" not in chart.svg


def test_one_point_stands_in_the_middle():
    assert 'cx="172.0"' in draw_curve("rate", [point("2", 1.0)]).svg
