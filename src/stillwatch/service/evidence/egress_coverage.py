"""What the logs of an egress watch hold and what they do not, said aloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.egress import FlowCoverage
from stillwatch.service.evidence.egress_hosts import span_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.evidence.judge_egress import Seen
    from stillwatch.logs.flow_ingest import FlowsRead
    from stillwatch.service.evidence.egress_hosts import AddedUp

_NO_FLOWS: Final = "no flow of a declared host is in the logs: are its addresses those that the logs see?"


def coverage_of(read: FlowsRead, duplicates: int) -> FlowCoverage:
    """How much was read, and of what."""
    start, end = span_of(read)
    return FlowCoverage(
        files=read.inputs,
        records=read.records,
        kept=read.kept,
        duplicates=duplicates,
        dropped=read.dropped,
        rejected=tuple(sorted(read.rejected.items())),
        lost=read.lost,
        first_at=start if read.hours else None,
        last_at=end if read.hours else None,
        silent_hours=max(read.hours) - min(read.hours) + 1 - len(read.hours) if read.hours else 0,
    )


def faults_of(read: FlowsRead) -> list[str]:
    """Why the watch is incomplete, if it is."""
    rejected = sum(read.rejected.values())
    told = [f"{rejected:,} records could not be read, such as {read.examples[0]}"] if rejected else []
    if read.lost:
        told.append(f"observers say {read.lost:,} times that they lost records")
    return told if read.kept else [*told, _NO_FLOWS]


def caveats_of(found: AddedUp, seen: Sequence[Seen]) -> list[str]:
    """What the figures are not."""
    told = []
    if any(one.variance for one in found.totals):
        told.append("some exporters looked at one packet in so many: their bytes are estimates, shown with an error")
    one_way = [one.budget.name for one in seen if one.hours and not one.has_both_ways]
    if one_way:
        told.append(f"the logs show one way only of {', '.join(one_way)}: what came back is not known")
    return told
