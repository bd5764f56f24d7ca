"""Every case of every signal: what fires gives a finding, a near miss gives none."""

from __future__ import annotations

import pytest

from stillwatch.detection.shelves import signals

CASES = [(signal, case) for signal in signals() for case in signal.cases]


@pytest.mark.parametrize(("signal", "case"), CASES, ids=[f"{signal.name}: {case.name}" for signal, case in CASES])
def test_a_signal_sees_what_its_case_says(signal, case):
    world = case.make()
    found = signal.see(world.scene(), world.suspects())
    assert (found is not None) == case.fires
    if found is not None:
        assert (found.signal, found.evidence.source) == (signal.name, signal.name)
        assert 0 < found.weight <= 1
        assert 0 < found.share <= 1
        assert found.evidence.p_value == 1.0, "a signal says what a group is for, and never tests that it acts together"


@pytest.mark.parametrize("signal", signals(), ids=lambda signal: signal.name)
def test_a_signal_has_cases_of_both_kinds(signal):
    assert {case.fires for case in signal.cases} == {True, False}
