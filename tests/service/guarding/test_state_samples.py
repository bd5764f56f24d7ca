"""What the state and the exchange count, as a scrape reads it."""

from __future__ import annotations

from stillwatch.service.guarding.guard_metrics import GuardMetrics
from stillwatch.service.guarding.guard_state import StateCounts
from stillwatch.service.guarding.guard_sync import SyncCounts
from stillwatch.service.guarding.state_samples import state_samples, sync_samples


def test_a_scrape_tells_what_was_written_and_lost_and_whether_guards_are_apart() -> None:
    metrics = GuardMetrics()
    metrics.ask(lambda: state_samples(StateCounts(written=7, dropped=2, failed_commits=1, waiting=3, is_degraded=True)))
    metrics.ask(lambda: sync_samples(SyncCounts(exchanges=9, failed=4, dropped=0, last_at=1.0, is_degraded=False)))
    lines = {line for line in metrics.text().splitlines() if line.startswith(("stillwatch_state", "stillwatch_sync"))}
    assert lines == {
        'stillwatch_state_records_total{fate="written"} 7',
        'stillwatch_state_records_total{fate="dropped"} 2',
        "stillwatch_state_failed_commits_total 1",
        "stillwatch_state_degraded 1",
        'stillwatch_sync_exchanges_total{end="done"} 9',
        'stillwatch_sync_exchanges_total{end="failed"} 4',
        "stillwatch_sync_dropped_total 0",
        "stillwatch_sync_degraded 0",
    }
