from __future__ import annotations

from datetime import UTC, datetime

from stillwatch.core.egress import HostBudget
from stillwatch.evidence.over_limit import Measured
from stillwatch.logs.egress_log import DestinationOut, HourOut, TotalOut
from stillwatch.logs.flow_ingest import FlowsRead
from stillwatch.service.evidence.egress_hosts import AddedUp, host_of, seen_of, span_of

_HOUR = 492_321  # 2026-03-01T09:00Z
_NS = _HOUR * 3600 * 10**9
_READ = FlowsRead(hours=frozenset((_HOUR, _HOUR + 30)))
_FOUND = AddedUp(
    hours=[
        HourOut(0, _HOUR, 0, 500.0, 0.0),
        HourOut(0, _HOUR, 1, 70.0, 0.0),
        HourOut(0, _HOUR, 2, 30.0, 16.0),
        HourOut(1, _HOUR, 2, 9.0, 0.0),
    ],
    destinations=[
        DestinationOut(0, "10.0.0.1", 0, 500.0, 0.0, 0.0, _NS, _NS, 1, 1),
        DestinationOut(0, "192.0.2.9", 2, 30.0, 16.0, 4.0, _NS, _NS, 1, 2),
    ],
    totals=[TotalOut(0, 0, 500.0, 0.0, 1.0, 1), TotalOut(0, 1, 70.0, 0.0, 2.0, 1), TotalOut(0, 2, 30.0, 16.0, 4.0, 1)],
    duplicates=0,
)
_BUDGET = HostBudget(name="a", addresses=("10.0.3.7",), weights_bytes=4800, hour_bytes=100)


def test_what_stayed_inside_did_not_leave_and_other_hosts_are_other_hosts() -> None:
    seen = seen_of(0, _BUDGET, _FOUND, _READ)
    assert (seen.hours, seen.other, seen.other_days) == ({_HOUR: Measured(100.0, 16.0)}, Measured(30.0, 16.0), 1)
    assert [one.destination.address for one in seen.destinations] == ["192.0.2.9"]
    assert seen.has_both_ways


def test_what_a_reader_is_shown() -> None:
    host = host_of(0, seen_of(0, _BUDGET, _FOUND, _READ), _FOUND)
    assert (host.out_bytes, host.other_bytes, host.inside_bytes, host.in_bytes) == (100, 30, 500, 7)
    assert (host.error_bytes, host.days_to_leave, host.destinations_in_all) == (4, 2.0, 2)
    days = [(one.starts_at.day, one.allowed_bytes, one.other_bytes, one.worst_hour_bytes) for one in host.days]
    assert days == [(1, 70, 30, 100), (2, 0, 0, 0)]


def test_the_span_of_a_log_without_records() -> None:
    assert span_of(FlowsRead())[0] == datetime(1970, 1, 1, tzinfo=UTC)
