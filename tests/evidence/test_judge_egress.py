from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from stillwatch.core.egress import Destination, EgressKind, EgressWeight, HostBudget, Place
from stillwatch.evidence.judge_egress import Seen, SentTo, judge_egress, questions_of
from stillwatch.evidence.over_limit import Measured

_START = datetime(2026, 3, 1, tzinfo=UTC)
_FIRST_HOUR = int(_START.timestamp()) // 3600
_G = 2**30


def _sent(size: float, place: Place = Place.OTHER, *, day: int = 0, back: int = 0, variance: float = 0) -> SentTo:
    first = _START + timedelta(days=day)
    one = Destination(
        address="192.0.2.9",
        place=place,
        out_bytes=round(size),
        in_bytes=back,
        first_at=first,
        last_at=first + timedelta(days=1),
        days=2,
        flows=9,
    )
    return SentTo(one, variance)


def _seen(*sent: SentTo, hours: dict[int, Measured] | None = None, both_ways: bool = True, **budget: Any) -> Seen:
    other = [Measured(one.destination.out_bytes, one.variance) for one in sent if one.destination.place is Place.OTHER]
    return Seen(
        budget=HostBudget(name="vault-1", addresses=("10.0.3.7",), weights_bytes=400 * _G, **budget),
        hours={_FIRST_HOUR + at: measured for at, measured in (hours or {}).items()},
        other=sum(other, Measured(0, 0)),
        other_days=2,
        destinations=sent,
        log_start=_START,
        log_end=_START + timedelta(days=60),
        has_both_ways=both_ways,
    )


def _kinds(seen: Seen) -> list[EgressKind]:
    return [one.kind for one in judge_egress(seen, tests=questions_of(seen))]


def test_days_and_the_worst_hour_of_each() -> None:
    hours = {at: Measured(2 * _G, 0) for at in range(24)} | {30: Measured(9 * _G, 0)}
    seen = _seen(hours=hours, day_bytes=40 * _G, hour_bytes=8 * _G)
    found = judge_egress(seen, tests=1)
    assert [(one.kind, one.moved_bytes, one.start_at.hour) for one in found] == [
        (EgressKind.OVER_DAY, 48 * _G, 0),
        (EgressKind.OVER_HOUR, 9 * _G, 6),
    ]
    assert found[0].because == "48 GiB left on 2026-03-01; 40 GiB a day are declared"
    assert _kinds(_seen(hours=hours)) == []  # no budget, no question


def test_a_trickle_adds_up_to_a_copy() -> None:
    """Two gigabytes a day are little on any day; sixty days of them are more than a quarter of the weights."""
    hours = {24 * day: Measured(2 * _G, 0) for day in range(60)}
    seen = _seen(_sent(120 * _G), hours=hours, day_bytes=20 * _G)
    assert _kinds(seen) == [EgressKind.COPY, EgressKind.UNDECLARED]
    assert _kinds(_seen(_sent(90 * _G), hours=hours, day_bytes=20 * _G)) == [EgressKind.UNDECLARED]


@pytest.mark.parametrize(
    ("sent", "kinds"),
    [
        (_sent(10_000), []),  # answers to a stranger's scan
        (_sent(17 * 2**20), [EgressKind.UNDECLARED]),
        (_sent(3 * _G, Place.ALLOWED, back=2 * _G), []),
        (_sent(5 * _G, Place.ALLOWED, back=_G), []),
        (_sent(5 * _G, Place.ALLOWED, back=10_000), [EgressKind.ONE_WAY]),
        (_sent(5 * _G, Place.ALLOWED, day=8, back=_G), [EgressKind.NEW_DESTINATION]),
        (_sent(120 * _G, Place.ALLOWED, back=50 * _G), [EgressKind.ALLOWED_COPY]),
    ],
)
def test_destinations(sent: SentTo, kinds: list[EgressKind]) -> None:
    assert _kinds(_seen(sent)) == kinds


def test_nothing_is_called_one_way_by_a_log_of_one_way() -> None:
    assert _kinds(_seen(_sent(5 * _G, Place.ALLOWED), both_ways=False)) == []


def test_only_what_is_against_the_declaration_is_over() -> None:
    seen = _seen(_sent(120 * _G), _sent(120 * _G, Place.ALLOWED))
    weights = {one.kind: one.weight for one in judge_egress(seen, tests=1)}
    assert weights == {
        EgressKind.COPY: EgressWeight.OVER,
        EgressKind.UNDECLARED: EgressWeight.OVER,
        EgressKind.ALLOWED_COPY: EgressWeight.LOOK,
        EgressKind.ONE_WAY: EgressWeight.LOOK,
    }


def test_an_estimate_says_how_sure_it_is() -> None:
    """One packet in 1,000 looked at: 21 GiB are not surely over 20, 30 are."""
    variance = 1000.0 * 1500 * 21 * _G
    assert _kinds(_seen(hours={0: Measured(20.01 * _G, variance)}, day_bytes=20 * _G)) == []
    (found,) = judge_egress(_seen(hours={0: Measured(30 * _G, variance)}, day_bytes=20 * _G), tests=10)
    assert found.p_value is not None
    assert found.p_value < 0.001
    assert "±" in found.because
