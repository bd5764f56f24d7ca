from __future__ import annotations

from stillwatch.faces.report.attribution_chart import draw_curve, draw_decoys


def test_a_curve_ends_at_its_last_point() -> None:
    chart = draw_curve([(500, -0.5), (5_000, -8.0), (20_000, -50.2)], -2.0)
    assert chart.svg.count("<circle") == 3
    assert "After 20,000 tokens the p-value is 7e-51" in chart.text


def test_every_decoy_is_in_a_bar() -> None:
    chart = draw_decoys([-0.1, -0.1, -3.2], -50.0)
    assert chart.svg.count("<rect") == 2
    assert "(beyond the edge)" in chart.svg
    near = draw_decoys([-0.1, -3.2], -1.0)
    assert "(beyond the edge)" not in near.svg
