"""Replay a log in its own time, as if it had been watched: what would have been flagged when.

for turn in replay(settings, step=timedelta(hours=6), clock=lambda: datetime.now(UTC), progress=quiet):
    print(turn.round.watched.published_at, turn.round.events)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.parquet as pq

from stillwatch.core.errors import InputError
from stillwatch.core.tracking import Watched
from stillwatch.detection.looks import Look, is_due
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.store import hold
from stillwatch.service.guarding.publish_standings import STANDINGS_FILE
from stillwatch.service.published import publish
from stillwatch.service.scan import Progress, scan
from stillwatch.service.take_in import take_in
from stillwatch.service.watch import Turn, begins_at, last_look, publisher_of, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from stillwatch.logs.store import Store
    from stillwatch.service.watch import WatchSettings


def replay(
    settings: WatchSettings, *, step: timedelta, clock: Callable[[], datetime], progress: Progress
) -> Iterator[Turn]:
    """Take the whole log in, then make a round every `step` of its own time, up to `until` or its end.

    A round sees what started before its moment, and of the accounts file the bans before it; the last one scans, and
    of the others those for which enough is new. Standings hold by the log's own time, in the table for guards too. It
    begins anew each time: what an earlier replay or watch left in OUT is written over.

    Raises:
        InputError: A log cannot be used, or holds no exchange.
        SettingsError: Another process publishes to OUT or writes to the store.
    """
    settings.out.mkdir(parents=True, exist_ok=True)
    with hold(settings.out):
        for name in ("watch.json", "events.jsonl", "standings.json", STANDINGS_FILE):
            (settings.out / name).unlink(missing_ok=True)
        accounts = read_accounts(settings.scan.accounts) if settings.scan.accounts else None
        store, _ = take_in(settings.scan, accounts, progress)
        times, watched = _times(store), Watched()
        publisher = publisher_of(settings)
        moments = _moments(settings, times, step)
        for number, at in enumerate(moments):
            progress("replaying", number, len(moments))
            until = int(at.timestamp() * 10**6) * 1000
            asked = replace(settings.scan, logs=(), since=begins_at(settings, at), until=until)
            look = Look(at, int(np.searchsorted(times, until)))
            is_looking = at == moments[-1] or is_due(last_look(watched), look, settings.growth)
            result = scan(asked, clock=clock, progress=lambda *_: None) if is_looking else None
            made = told(watched, result, at, settings.lifetime)
            watched = made.watched
            publish(settings.out, made, {})
            publisher.publish(watched, at=at, is_new=result is not None, until=until)
            yield Turn(made, asked)


def _times(store: Store) -> npt.NDArray[np.int64]:
    """When each exchange of the store started, ascending."""
    parts = [pq.read_table(file, columns=["started_at"])["started_at"].to_numpy() for file in store.files("exchanges")]
    if not parts:
        raise InputError("the log holds no exchange to replay", where=str(store.root), mend="name a LOG")
    return np.sort(np.concatenate(parts))


def _moments(settings: WatchSettings, times: npt.NDArray[np.int64], step: timedelta) -> list[datetime]:
    """The moments of the rounds: every step from the first exchange on, the last one past the end."""
    first = datetime.fromtimestamp(times[0] / 1e9, UTC)
    end = datetime.fromtimestamp(times[-1] / 1e9, UTC) + timedelta(milliseconds=1)
    if settings.scan.until is not None:
        end = min(end, datetime.fromtimestamp(settings.scan.until / 1e9, UTC))
    out = []
    while first < end:
        first = min(first + step, end)
        out.append(first)
    return out
