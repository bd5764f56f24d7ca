"""A member may ask a minute's worth at once, and then at an even pace."""

from __future__ import annotations

from stillwatch.faces.taxii.pace import Pace


def test_it_fills_again_and_never_beyond_a_minutes_worth() -> None:
    now = [0.0]
    pace = Pace(2, lambda: now[0])
    assert [pace.wait_s("a") for _ in range(3)] == [0, 0, 30]
    now[0] = 30.0
    assert [pace.wait_s("a") for _ in range(2)] == [0, 30]
    now[0] = 10_000.0
    assert [pace.wait_s("a") for _ in range(3)] == [0, 0, 30]


def test_a_clock_that_goes_back_takes_nothing_away() -> None:
    now = [100.0]
    pace = Pace(2, lambda: now[0])
    pace.wait_s("a")
    now[0] = 0.0
    assert [pace.wait_s("a") for _ in range(2)] == [0, 30]
