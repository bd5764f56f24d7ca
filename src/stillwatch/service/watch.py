"""Follow growing logs: take in what is new, scan again, publish who stands where.

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
from stillwatch.detection.track import failed, track
from stillwatch.logs.files import expand
from stillwatch.logs.store import hold
from stillwatch.service.published import Seen, load, publish
from stillwatch.service.scan import Progress, scan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.tracking import Round, Watched
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


class Turn(NamedTuple):
    """One round, and how its scan was made."""

    round: Round
    scanned: ScanSettings


def watch(
    settings: WatchSettings, *, clock: Callable[[], datetime], sleep: Callable[[float], None], progress: Progress
) -> Iterator[Turn]:
    """Make rounds until `--until`, or one; give each round that found something new to look at.

    Raises:
        InputError: The state in OUT is not one of ours; or, when asked for one round, a log cannot be used.
        SettingsError: Another process publishes to OUT or writes to the store.
    """
    settings.out.mkdir(parents=True, exist_ok=True)
    with hold(settings.out):
        watched, seen = load(settings.out)
        while True:
            now = clock()
            turn = _round(settings, watched, seen, clock, progress)
            if turn is not None:
                watched = turn.round.watched
                yield turn
            if settings.is_once or _is_over(settings, clock()):
                return
            sleep(max(0.0, (now + settings.every - clock()).total_seconds()))


def _is_over(settings: WatchSettings, now: datetime) -> bool:
    return settings.scan.until is not None and now.timestamp() * 1e9 >= settings.scan.until


def _round(
    settings: WatchSettings, watched: Watched, seen: Seen, clock: Callable[[], datetime], progress: Progress
) -> Turn | None:
    """One round; None where nothing is new and nothing has run out. `seen` learns what was taken in."""
    now = clock()
    # The next round finds another store, so what this one works out is not worth keeping.
    asked = replace(settings.scan, since=begins_at(settings, now), until=None, keeps_summaries=False)
    try:
        changed = _changed(settings.scan.logs, seen)
        is_due = any(one.expires_at <= now for one in watched.standings)
        if not changed and not is_due and watched.published_at is not None:
            return None
        result = scan(replace(asked, logs=tuple(changed)), clock=clock, progress=progress)
    except StillwatchError as error:
        if settings.is_once:
            raise
        made = failed(watched, str(error), at=now)
    else:
        seen.update(changed)
        made = track(watched, result, at=now, lifetime=settings.lifetime)
    publish(settings.out, made, seen)
    return Turn(made, asked)


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
