"""When a look is due, and that the rate is spent once over all doublings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stillwatch.detection.looks import Look, is_due, told_level

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "exchanges", "due"),
    [
        (1, 1040, False),
        (1, 1050, True),
        (5, 1001, False),
        (6, 1001, True),
        (60, 1000, False),  # nothing is new
        (1, 900, True),  # the store is another, or something was erased
    ],
)
def test_a_look_is_due_by_growth_or_after_six_hours(hours, exchanges, due):
    now = Look(NOON + timedelta(hours=hours), exchanges)
    assert is_due(Look(NOON, 1000), now, 0.05) is due


def test_the_first_look_is_due_and_without_growth_each_is():
    assert is_due(None, Look(NOON, 0), 0.05)
    assert is_due(Look(NOON, 1000), Look(NOON, 1000), 0.0)


def test_the_levels_of_all_doublings_sum_to_the_rate():
    levels = [told_level(0.01, 200 << doubling) for doubling in range(40)]
    assert levels == sorted(levels, reverse=True)
    assert 0.0097 < sum(levels) < 0.01


def test_the_level_depends_on_the_log_and_not_on_the_number_of_looks():
    assert told_level(0.01, 0) == told_level(0.01, 399) == 0.005
    assert told_level(0.01, 400) == told_level(0.01, 799)
