"""What is told of a guard's state and of its exchange with other guards, for metrics.

>>> from stillwatch.service.guarding.guard_state import StateCounts
>>> [sample.value for sample in state_samples(StateCounts(7, 0, 1, 2, is_degraded=True))]
[7, 0, 1, 1]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.service.guarding.guard_metrics import Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.service.guarding.guard_state import StateCounts
    from stillwatch.service.guarding.guard_sync import SyncCounts


def state_samples(counts: StateCounts) -> Iterator[Sample]:
    for fate in ("written", "dropped"):
        yield Sample("stillwatch_state_records_total", getattr(counts, fate), (("fate", fate),))
    yield Sample("stillwatch_state_failed_commits_total", counts.failed_commits)
    yield Sample("stillwatch_state_degraded", int(counts.is_degraded))


def sync_samples(counts: SyncCounts) -> Iterator[Sample]:
    yield Sample("stillwatch_sync_exchanges_total", counts.exchanges, (("end", "done"),))
    yield Sample("stillwatch_sync_exchanges_total", counts.failed, (("end", "failed"),))
    yield Sample("stillwatch_sync_dropped_total", counts.dropped)
    yield Sample("stillwatch_sync_degraded", int(counts.is_degraded))
