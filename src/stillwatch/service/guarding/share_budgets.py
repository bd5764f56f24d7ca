"""Share a guard's budgets with other guards, where its settings name a server for it.

sync = share_budgets(settings, opened, clock=time.time)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.service.guarding.guard_sync import GuardSync, SyncSettings
from stillwatch.service.guarding.state_samples import sync_samples

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.guarding.open_guard import OpenGuard
    from stillwatch.service.guarding.serve_settings import ServeSettings


def share_budgets(settings: ServeSettings, opened: OpenGuard, *, clock: Callable[[], float]) -> GuardSync | None:
    """Begin to exchange levels, and to count it among the guard's metrics; None where no server is named.

    Raises:
        SettingsError: The client library is not installed, or the address is none.
    """
    valkey = settings.valkey
    if not valkey.url:
        return None
    sync = GuardSync(
        SyncSettings(
            url=valkey.url,
            prefix=valkey.prefix,
            interval_s=valkey.interval_s,
            timeout_s=valkey.timeout_s,
            standings=settings.guard.standings[0] if valkey.takes_standings else None,
        ),
        opened.guard.guarded.budgets,
        clock=clock,
    )
    sync.start()
    opened.metrics.ask(lambda: sync_samples(sync.counts()))
    return sync
