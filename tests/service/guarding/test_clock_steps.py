"""A clock that is set is noticed once, and one that is slewed is left alone."""

from __future__ import annotations

import time

from stillwatch.service.guarding.clock_steps import ClockSteps


def test_a_step_is_given_once_and_little_is_none() -> None:
    now = {"wall": 1000.0, "steady": 50.0}
    steps = ClockSteps(lambda: now["wall"], lambda: now["steady"])
    found = []
    for wall_s, steady_s in ((10, 10), (10.5, 10), (-3590, 10), (10, 10), (7210, 10)):
        now["wall"] += wall_s
        now["steady"] += steady_s
        found.append(steps.look())
    assert found == [0.0, 0.0, -3599.5, 0.0, 7200.0]


def test_the_machines_own_clocks_go_together() -> None:
    steps = ClockSteps(time.time)
    time.sleep(0.02)
    assert steps.look() == 0.0
