from __future__ import annotations

from stillwatch.core.egress import HostBudget
from stillwatch.logs.egress_log import TotalOut
from stillwatch.logs.flow_ingest import FlowsRead
from stillwatch.service.evidence.egress_coverage import caveats_of, coverage_of, faults_of
from stillwatch.service.evidence.egress_hosts import AddedUp, seen_of

_READ = FlowsRead(records=9, kept=3, rejected={"no time": 2}, examples=("a.json:1: no time",), lost=1)


def test_what_was_not_read_makes_it_incomplete() -> None:
    assert faults_of(_READ) == [
        "2 records could not be read, such as a.json:1: no time",
        "observers say 1 times that they lost records",
    ]
    assert faults_of(FlowsRead(records=9, kept=3)) == []
    assert "no flow of a declared host" in faults_of(FlowsRead(records=9))[0]


def test_silent_hours_lie_between_the_first_and_the_last() -> None:
    held = coverage_of(FlowsRead(hours=frozenset((100, 101, 105))), 0)
    assert (held.silent_hours, coverage_of(FlowsRead(), 0).first_at) == (3, None)


def test_estimates_are_said() -> None:
    found = AddedUp([], [], [TotalOut(0, 2, 30.0, 16.0, 4.0, 1)], 0)
    budget = HostBudget(name="a", addresses=("10.0.3.7",), weights_bytes=1)
    (caveat,) = caveats_of(found, [seen_of(0, budget, found, _READ)])
    assert "estimates" in caveat
