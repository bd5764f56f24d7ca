from __future__ import annotations

from stillwatch.attribution.check import Control, check_controls, check_decoys, check_standing
from stillwatch.attribution.decoys import Cell, DecoyReport
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


def test_what_was_run_otherwise_is_named():
    found = check_standing(PlanStanding.EXPLORATORY, ("code_version", "alpha"))
    assert found.said == "the run is exploratory; run otherwise than planned: code_version, alpha"


def report(*shares):
    cells = (
        Cell(level=0.05, share=shares[0], lowest=0.037, highest=0.064),
        Cell(level=0.01, share=shares[1], lowest=0.004, highest=0.017),
    )
    return DecoyReport(keys=1_000, rounds=1, monte_carlo_p=1 / 1001, cells=cells, log10_p=(), is_exact=True)


def test_decoys_must_fall_below_each_level_as_often_as_chance_has_it():
    found = check_decoys(report(0.05, 0.011))
    assert found.has_passed
    assert found.said == (
        "1,000 decoy keys: 0.0500 at 0.05 (band 0.0370 to 0.0640), 0.0110 at 0.01 (band 0.0040 to 0.0170); "
        "Monte-Carlo p 0.000999"
    )
    assert not check_decoys(report(0.233, 0.2)).has_passed
