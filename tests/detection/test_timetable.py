import pytest

from stillwatch.detection.timetable import timetable_share
from stillwatch.detection.world import town


@pytest.mark.parametrize(
    ("world", "least", "most"),
    [
        (town().fleet(30, per_day=2).by_timetable(times_a_day=2), 0.9, 1.0),
        (town().fleet(30, per_day=24).by_timetable(times_a_day=24, within_s=30), 0.9, 1.0),
        (town().fleet(30, per_day=2).by_timetable(times_a_day=2, within_s=3600), 0.0, 0.2),
        (town().fleet(30, per_day=2), 0.0, 0.05),
        (town().fleet(12, per_day=3).on_the_minute(40), 0.0, 0.05),
        (town().fleet(30, per_day=282), 0.0, 0.05),
        (town().fleet(30, per_day=26).within_hours(9, 10), 0.0, 0.05),
        (town().people(30, per_day=20), 0.0, 0.05),
        (town().fleet(30, per_day=20).within_days(3, 4).by_timetable(times_a_day=4), 0.0, 0.0),
    ],
    ids=[
        "twice a day",
        "hourly",
        "within an hour",
        "seldom",
        "dealt out on the minute",
        "busy",
        "one hour a day",
        "people",
        "one day alone",
    ],
)
def test_share_of_accounts_that_keep_a_timetable(world, least, most):
    assert least <= timetable_share(world.suspects(), seed=1) <= most
