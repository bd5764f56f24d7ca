"""Replay a log in its own time, as if it had been watched: what would have been flagged when.

for turn in replay(settings, step=timedelta(hours=6), clock=lambda: datetime.now(UTC), progress=quiet):
    print(turn.round.watched.published_at, turn.round.events)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.core.tracking import Watched
from stillwatch.detection.track import track
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.contents import count_contents
from stillwatch.logs.store import hold
from stillwatch.service.published import publish
from stillwatch.service.scan import Progress, scan
from stillwatch.service.take_in import take_in
from stillwatch.service.watch import Turn, begins_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.logs.store import Store
    from stillwatch.service.watch import WatchSettings


def replay(
    settings: WatchSettings, *, step: timedelta, clock: Callable[[], datetime], progress: Progress
) -> Iterator[Turn]:
    """Take the whole log in, then make a round every `step` of its own time, up to `until` or its end.

    A round sees what started before its moment, and of the accounts file the bans before it. It begins
    anew each time: what an earlier replay or watch left in OUT is written over.

    Raises:
        InputError: A log cannot be used, or holds no exchange.
        SettingsError: Another process publishes to OUT or writes to the store.
    """
    settings.out.mkdir(parents=True, exist_ok=True)
    with hold(settings.out):
        for name in ("watch.json", "events.jsonl", "standings.json"):
            (settings.out / name).unlink(missing_ok=True)
        accounts = read_accounts(settings.scan.accounts) if settings.scan.accounts else None
        store, _ = take_in(settings.scan, accounts, progress)
        moments, watched = _moments(settings, store, step), Watched()
        for number, at in enumerate(moments):
            progress("replaying", number, len(moments))
            asked = replace(
                settings.scan, logs=(), since=begins_at(settings, at), until=int(at.timestamp() * 10**6) * 1000
            )
            result = scan(asked, clock=clock, progress=lambda *_: None)
            made = track(watched, result, at=at, lifetime=settings.lifetime)
            watched = made.watched
            publish(settings.out, made, {})
            yield Turn(made, asked)


def _moments(settings: WatchSettings, store: Store, step: timedelta) -> list[datetime]:
    """The moments of the rounds: every step from the first exchange on, the last one past the end."""
    contents = count_contents(store)
    if contents.first_at is None or contents.last_at is None:
        raise InputError("the log holds no exchange to replay", where=str(store.root), mend="name a LOG")
    first = datetime.fromtimestamp(contents.first_at / 1e9, UTC)
    end = datetime.fromtimestamp(contents.last_at / 1e9, UTC) + timedelta(milliseconds=1)
    if settings.scan.until is not None:
        end = min(end, datetime.fromtimestamp(settings.scan.until / 1e9, UTC))
    out = []
    while first < end:
        first = min(first + step, end)
        out.append(first)
    return out
