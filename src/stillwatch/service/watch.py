"""Follow growing logs: take in what is new, scan again when there is enough of it, publish who stands where.

settings = WatchSettings(scan=ScanSettings(logs=("/var/log/gateway",), store=Path("out/store")), out=Path("out"))
for turn in watch(settings, clock=lambda: datetime.now(UTC), sleep=time.sleep, progress=quiet):
    print(turn.round.events)

A round is made again in full after a kill: what was read is in the store, what was told is in the state file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import StillwatchError
from stillwatch.core.tracking import Happening
from stillwatch.detection.looks import Look, is_due
from stillwatch.detection.track import failed, rested, track
from stillwatch.logs.accounts import read_accounts
from stillwatch.logs.files import expand
from stillwatch.logs.store import hold
from stillwatch.service.guarding.publish_standings import STANDINGS_FILE, StandingsPublisher
from stillwatch.service.guarding.shared_standings import announce_file
from stillwatch.service.published import Seen, load, publish
from stillwatch.service.scan import Progress, scan
from stillwatch.service.take_in import take_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.campaign import ScanResult
    from stillwatch.core.tracking import Round, Watched
    from stillwatch.logs.ingest import Sealing
    from stillwatch.service.settings import ScanSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchSettings:
    scan: ScanSettings
    """`since` is left out of account: the window says where a scan begins. `until` ends the watch."""
    out: Path
    every: timedelta = timedelta(minutes=5)
    window: timedelta | None = None
    """How far back each scan looks; None = all of the store."""
    lifetime: timedelta = field(default=timedelta(days=1))
    """How long a standing holds after the last scan that said it."""
    is_once: bool = False
    exemptions: Path | None = None
    """Who is never denied because an appeal was granted; see `service.exemptions`."""
    announce: str = ""
    """A Valkey or Redis server on which the table for guards is announced after each round; empty = none."""
    announce_prefix: str = "stillwatch"
    growth: float = 0.05
    """By how much the log must have grown since the last scan for a round to scan again; see `detection.looks`."""


class Turn(NamedTuple):
    """One round, and how its scan was made, or would have been."""

    round: Round
    scanned: ScanSettings


def watch(
    settings: WatchSettings,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    progress: Progress,
    sealing: Sealing | None = None,
) -> Iterator[Turn]:
    """Make rounds until `--until`, or one; give each round that found something new to look at.

    `sealing` commits to each record of the logs on the way.

    Raises:
        InputError: The state in OUT is not one of ours; or, when asked for one round, a log cannot be used.
        SettingsError: Another process publishes to OUT or writes to the store.
    """
    settings.out.mkdir(parents=True, exist_ok=True)
    with hold(settings.out):
        watched, seen = load(settings.out)
        publisher = publisher_of(settings)
        trouble = ""
        while True:
            now = clock()
            turn = _round(settings, watched, seen, clock, progress, sealing)
            if turn is not None:
                watched = turn.round.watched
                yield turn
            is_new = turn is not None and not _is_failed(turn)
            told_before, trouble = trouble, _standings_trouble(settings, publisher, watched, now, is_new=is_new)
            if trouble not in ("", told_before):
                made = failed(watched, trouble, at=now)
                watched = made.watched
                publish(settings.out, made, seen)
                yield Turn(made, settings.scan)
            if settings.is_once or _is_over(settings, clock()):
                return
            sleep(max(0.0, (now + settings.every - clock()).total_seconds()))


def publisher_of(settings: WatchSettings) -> StandingsPublisher:
    scanned = settings.scan
    return StandingsPublisher(
        settings.out, store=scanned.store, authorised=scanned.authorised, exemptions=settings.exemptions
    )


def _standings_trouble(
    settings: WatchSettings, publisher: StandingsPublisher, watched: Watched, now: datetime, *, is_new: bool
) -> str:
    """Publish for the guards; give what kept us from it, empty where nothing did. The table of before stays then."""
    try:
        publisher.publish(watched, at=now, is_new=is_new)
        if settings.announce and (table := settings.out / STANDINGS_FILE).exists():
            announce_file(settings.announce, settings.announce_prefix, table)
    except StillwatchError as error:
        if settings.is_once:
            raise
        return str(error)
    return ""


def _is_failed(turn: Turn) -> bool:
    return any(event.happening is Happening.FAILED for event in turn.round.events)


def _is_over(settings: WatchSettings, now: datetime) -> bool:
    return settings.scan.until is not None and now.timestamp() * 1e9 >= settings.scan.until


def _round(  # noqa: PLR0913, PLR0917  # one turn of `watch`, which holds all of these open
    settings: WatchSettings,
    watched: Watched,
    seen: Seen,
    clock: Callable[[], datetime],
    progress: Progress,
    sealing: Sealing | None,
) -> Turn | None:
    """One round; None where nothing is new and nothing has run out. `seen` learns what was taken in."""
    now = clock()
    # The next round finds another store, so what this one works out is not worth keeping.
    asked = replace(settings.scan, since=begins_at(settings, now), until=None, keeps_summaries=False)
    try:
        changed = _changed(settings.scan.logs, seen)
        is_expiring = any(one.expires_at <= now for one in watched.standings)
        if not changed and not is_expiring and watched.published_at is not None:
            return None
        accounts = read_accounts(asked.accounts) if asked.accounts else None
        store, _ = take_in(replace(asked, logs=tuple(changed)), accounts, progress, sealing)
        look = Look(now, sum(part.exchanges for part in store.parts().values()))
        is_last = settings.is_once or _is_over(settings, now + settings.every)
        is_looking = is_last or is_due(last_look(watched), look, settings.growth)
        result = scan(replace(asked, logs=()), clock=clock, progress=progress) if is_looking else None
    except StillwatchError as error:
        if settings.is_once:
            raise
        made = failed(watched, str(error), at=now)
    else:
        seen.update(changed)
        made = told(watched, result, now, settings.lifetime)
    publish(settings.out, made, seen)
    return Turn(made, asked)


def last_look(watched: Watched) -> Look | None:
    return Look(watched.looked_at, watched.looked_exchanges) if watched.looked_at else None


def told(watched: Watched, result: ScanResult | None, at: datetime, lifetime: timedelta) -> Round:
    """What a round tells that scanned, or did not."""
    return rested(watched, at=at) if result is None else track(watched, result, at=at, lifetime=lifetime)


def _changed(patterns: tuple[str, ...], seen: Seen) -> Seen:
    """Files that are new, or have another size or time of change than when they were last taken in."""
    found: Seen = {}
    for path in expand(patterns) if patterns else ():
        status = path.stat()
        if seen.get(str(path)) != (status.st_size, status.st_mtime_ns):
            found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


def begins_at(settings: WatchSettings, now: datetime) -> int | None:
    """The first nanosecond that a scan made at `now` looks at; None = all of the store."""
    if settings.window is None:
        return None
    return int((now - settings.window).timestamp()) * 10**9
