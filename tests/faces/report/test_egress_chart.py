from __future__ import annotations

from egress_watches import host
from stillwatch.faces.report.egress_chart import draw_egress_days, draw_egress_sum


def test_days_against_the_budget() -> None:
    chart = draw_egress_days(host())
    assert chart.text == "What left vault-1 on 3 days; the most, 20 GiB, on 1 March 2026."
    assert "20 GiB a day are declared" in chart.svg
    assert chart.svg.count("M") >= 6  # three days, declared and others
    assert chart.notes == ()


def test_the_sum_against_a_copy() -> None:
    chart = draw_egress_sum(host())
    assert "adds up to 6 GiB; 100 GiB: a copy of 25% of the weights' size" in chart.text


def test_of_a_long_log_the_end_is_drawn_and_the_sum_is_whole() -> None:
    assert draw_egress_days(host(days=403)).notes == ("3 earlier days not drawn.",)
    assert "adds up to 806 GiB" in draw_egress_sum(host(days=403)).text
