import pytest

from stillwatch.evaluation.reliability import Bin, Reliability, as_json, calibration_error, pooled, reliability


def test_members_are_binned_by_what_was_stated_of_them():
    found = reliability([(0.97, True), (0.95, False), (1.0, True), (0.2, False)])
    assert found.bins == (
        Bin(0.0, 0.5, 1, 0, 0.2),
        Bin(0.95, 0.99, 2, 1, 0.96),
        Bin(0.99, 1.0, 1, 1, 1.0),
    )
    assert found.bins[1].share == 0.5
    assert found.brier == pytest.approx((0.03**2 + 0.95**2 + 0.2**2) / 4, abs=1e-4)


def test_nobody_stated_anything():
    assert reliability([]) == Reliability((), 0, None) == pooled([None, as_json(reliability([]))])


def test_several_logs_pooled_are_one_log_of_all():
    one, two = [(0.97, True), (0.6, False)], [(0.95, False), (0.96, True)]
    both, whole = pooled([as_json(reliability(one)), None, as_json(reliability(two))]), reliability(one + two)
    assert (both.bins, both.members) == (whole.bins, whole.members)
    assert both.brier == pytest.approx(whole.brier, abs=1e-5)


def test_the_calibration_error_is_the_distance_of_the_bins_from_the_truth():
    sure, wrong = as_json(reliability([(0.97, True)] * 50)), as_json(reliability([(0.97, False)] * 50))
    assert calibration_error([sure, None])[:3] == (pytest.approx(0.03), None, None)
    mean, low, high, logs = calibration_error([sure] * 9 + [wrong])
    assert (mean, logs) == (pytest.approx(0.07), 10)
    assert low < mean < high
    assert calibration_error([None]).mean is None
