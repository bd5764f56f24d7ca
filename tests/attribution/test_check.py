from __future__ import annotations

from stillwatch.attribution.check import Control, check_controls, check_standing
from stillwatch.attribution.plan import PlanStanding


def test_no_control_is_no_check():
    assert not check_controls([]).has_passed
    assert not check_controls([Control("base", ())]).has_passed


def test_the_lowest_of_many_clean_p_values_is_no_alarm_and_all_are_told():
    many = check_controls([Control(f"c{n}", (-0.3,)) for n in range(34)] + [Control("low", (-2.8,))])
    assert many.has_passed
    assert many.said.count(": 0.51") == 34
    assert "low: 0.0016" in many.said


def test_a_control_that_is_marked_after_correction_fails():
    found = check_controls([Control("base", (-0.3, -9.0)), Control("sibling", (-0.1,))])
    assert not found.has_passed
    assert "lowest p 3e-9 after Holm" in found.said
    assert "base model" in found.mend


def test_only_a_plan_that_came_first_passes():
    assert check_standing(PlanStanding.CONFIRMATORY).has_passed
    assert not check_standing(PlanStanding.EXPLORATORY).has_passed
