"""What the flows of one host add up to: for the rules that judge it, and for whoever reads the report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.egress import Destination, EgressDay, HostEgress, Place
from stillwatch.evidence.judge_egress import Seen, SentTo
from stillwatch.evidence.over_limit import Measured
from stillwatch.logs.flow_ingest import HOUR_NS

if TYPE_CHECKING:
    from stillwatch.core.egress import HostBudget
    from stillwatch.logs.egress_log import DestinationOut, HourOut, TotalOut
    from stillwatch.logs.flow_ingest import FlowsRead

_HOURS_A_DAY: Final = 24


class AddedUp(NamedTuple):
    """What left all hosts, out of their flows."""

    hours: list[HourOut]
    destinations: list[DestinationOut]
    totals: list[TotalOut]
    duplicates: int


def seen_of(number: int, budget: HostBudget, found: AddedUp, read: FlowsRead) -> Seen:
    """What the rules are to judge of a host, by its number."""
    hours: dict[int, Measured] = {}
    other, other_days = Measured(0, 0), set()
    for one in found.hours:
        if one.host_no != number or one.place_no == Place.INSIDE:
            continue
        measured = Measured(one.out_bytes, one.variance)
        hours[one.hour_no] = hours.get(one.hour_no, Measured(0, 0)) + measured
        if one.place_no == Place.OTHER:
            other += measured
            other_days.add(one.hour_no // _HOURS_A_DAY)
    start, end = span_of(read)
    return Seen(
        budget=budget,
        hours=hours,
        other=other,
        other_days=len(other_days),
        destinations=[
            SentTo(_destination(one), one.variance)
            for one in found.destinations
            if one.host_no == number and one.place_no != Place.INSIDE
        ],
        log_start=start,
        log_end=end,
        has_both_ways=any(one.host_no == number and one.in_bytes > 0 for one in found.totals),
    )


def host_of(number: int, seen: Seen, found: AddedUp) -> HostEgress:
    """What a reader is shown of a host, by its number."""
    totals = {Place(one.place_no): one for one in found.totals if one.host_no == number}
    left = [totals[place] for place in (Place.ALLOWED, Place.OTHER) if place in totals]
    day_bytes = seen.budget.day_bytes or (_HOURS_A_DAY * (seen.budget.hour_bytes or 0)) or None
    return HostEgress(
        budget=seen.budget,
        out_bytes=round(sum(one.out_bytes for one in left)),
        in_bytes=round(sum(one.in_bytes for one in totals.values())),
        other_bytes=round(seen.other.moved_bytes),
        inside_bytes=round(totals[Place.INSIDE].out_bytes) if Place.INSIDE in totals else 0,
        error_bytes=round(sum(one.variance for one in left) ** 0.5),
        days=_days(number, seen, found),
        destinations=tuple(one.destination for one in seen.destinations),
        destinations_in_all=sum(one.destinations for one in left),
        days_to_leave=seen.budget.weights_bytes / day_bytes if day_bytes else None,
    )


def _days(number: int, seen: Seen, found: AddedUp) -> tuple[EgressDay, ...]:
    """Every day from the log's first to its last, those without traffic too."""
    sums: dict[int, list[float]] = {}
    for one in found.hours:
        if one.host_no == number and one.place_no != Place.INSIDE:
            day = sums.setdefault(one.hour_no // _HOURS_A_DAY, [0.0, 0.0, 0.0])
            day[0 if one.place_no == Place.ALLOWED else 1] += one.out_bytes
            day[2] = max(day[2], seen.hours[one.hour_no].moved_bytes)
    first, last = (int(moment.timestamp()) // 86_400 for moment in (seen.log_start, seen.log_end))
    nothing = [0.0, 0.0, 0.0]
    return tuple(
        EgressDay(
            starts_at=datetime.fromtimestamp(day * 86_400, UTC),
            allowed_bytes=round(sums.get(day, nothing)[0]),
            other_bytes=round(sums.get(day, nothing)[1]),
            worst_hour_bytes=round(sums.get(day, nothing)[2]),
        )
        for day in range(min([first, *sums]), max([last, *sums]) + 1)
    )


def _destination(one: DestinationOut) -> Destination:
    return Destination(
        address=one.address,
        place=Place(one.place_no),
        out_bytes=round(one.out_bytes),
        in_bytes=round(one.in_bytes),
        first_at=_moment(one.first_at),
        last_at=_moment(one.last_at),
        days=one.days,
        flows=int(one.flows),
    )


def span_of(read: FlowsRead) -> tuple[datetime, datetime]:
    """From the first to the last hour in which anything was seen."""
    hours = read.hours or frozenset((0,))
    return _moment(min(hours) * HOUR_NS), _moment((max(hours) + 1) * HOUR_NS - 10**9)


def _moment(ns: int) -> datetime:
    return datetime.fromtimestamp(ns / 1e9, UTC)
