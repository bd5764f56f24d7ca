import pytest

from stillwatch.evaluation.intervals import Measure, over_seeds


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([], Measure(None, None, None, 0), id="nothing"),
        pytest.param([None, 0.5], Measure(0.5, None, None, 1), id="one seed has no interval"),
        pytest.param([0.5, 0.5, 0.5], Measure(0.5, 0.5, 0.5, 3), id="seeds agree"),
        pytest.param([0.0, 1.0], Measure(0.5, 0.0, 1.0, 2), id="two seeds: all there is"),
    ],
)
def test_over_seeds(values, expected):
    assert over_seeds(values) == expected


def test_more_seeds_narrow_the_interval():
    few, many = over_seeds([0.0, 1.0] * 3), over_seeds([0.0, 1.0] * 40)
    assert many.high - many.low < few.high - few.low
