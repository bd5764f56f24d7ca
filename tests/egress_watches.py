"""Egress watches for tests of what shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from stillwatch.core.egress import (
    Destination,
    EgressDay,
    EgressFinding,
    EgressKind,
    EgressWatch,
    EgressWeight,
    FlowCoverage,
    HostBudget,
    HostEgress,
    Place,
)

START = datetime(2026, 3, 1, tzinfo=UTC)
G = 2**30


def finding(weight: EgressWeight = EgressWeight.OVER, p_value: float | None = None) -> EgressFinding:
    return EgressFinding(
        host="vault-1",
        kind=EgressKind.OVER_DAY,
        weight=weight,
        because="30 GiB left on 2026-03-02; 20 GiB a day are declared",
        moved_bytes=30 * G,
        limit_bytes=20 * G,
        share_of_weights=0.075,
        p_value=p_value,
        start_at=START,
        end_at=START + timedelta(days=1),
    )


def host(days: int = 3) -> HostEgress:
    return HostEgress(
        budget=HostBudget(name="vault-1", addresses=("10.0.3.7",), weights_bytes=400 * G, day_bytes=20 * G),
        out_bytes=60 * G,
        in_bytes=G,
        other_bytes=6 * G,
        inside_bytes=0,
        error_bytes=0,
        days=tuple(
            EgressDay(
                starts_at=START + timedelta(days=day),
                allowed_bytes=18 * G,
                other_bytes=2 * G,
                worst_hour_bytes=3 * G,
            )
            for day in range(days)
        ),
        destinations=(
            Destination(
                address="192.0.2.9",
                place=Place.OTHER,
                out_bytes=6 * G,
                in_bytes=0,
                first_at=START,
                last_at=START,
                days=3,
                flows=9,
            ),
        ),
        destinations_in_all=1,
        days_to_leave=20.0,
    )


def watch(*findings: EgressFinding, faults: tuple[str, ...] = (), days: int = 3) -> EgressWatch:
    return EgressWatch(
        watched_at=START + timedelta(days=60),
        version="0",
        hosts=(host(days),),
        findings=findings,
        coverage=FlowCoverage(
            files=(("flows.json", "ab" * 32),),
            records=1000,
            kept=100,
            duplicates=3,
            dropped=2,
            rejected=(("no time", 1),),
            lost=0,
            first_at=START,
            last_at=START + timedelta(days=3),
            silent_hours=4,
        ),
        faults=faults,
        caveats=("the logs show one way only of vault-1",),
    )
