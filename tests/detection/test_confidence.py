import numpy as np
import pytest

from stillwatch.detection.confidence import Judged, campaign_confidence, member_confidence


def test_who_is_more_alike_is_surer():
    sure = member_confidence(np.array([-20.0, -1.0, 1.5, 4.5, 20.0]))
    assert (np.diff(sure) >= 0).all()
    assert 0 < sure[0] < 0.2
    assert 0.95 < sure[-1] < 1


def test_a_campaign_is_no_surer_than_its_rate_of_false_ones_nor_than_the_logs_it_was_fitted_on_can_show():
    assert campaign_confidence(0.2) == 0.8
    assert 0.9 < campaign_confidence(1e-12) < 1


def test_what_people_overturned_makes_less_sure_and_what_they_upheld_never_surer():
    usual = campaign_confidence(1e-12)
    assert [campaign_confidence(1e-12, Judged(number, 0)) for number in (0, 1, 100)] == [usual] * 3
    lived = [campaign_confidence(1e-12, Judged(20, false)) for false in range(21)]
    assert lived[0] == usual
    assert (np.diff(lived) <= 0).all()
    assert 0.3 < lived[-1] < 0.4
    assert campaign_confidence(0.9, Judged(20, 1)) == pytest.approx(0.1)
