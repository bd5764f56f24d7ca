"""Look into a table of standings: who stands where, by what reason, until when.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.guard.build_standings import build
>>> with TemporaryDirectory() as folder:
...     file = Path(folder) / "standings.bin"
...     written = file.write_bytes(build([], seed=1))
...     shown = show_standings(file, at=datetime(2026, 1, 1, tzinfo=UTC))
>>> shown.rows, shown.groups
(0, ())

A table holds hashes of accounts and keys, so it cannot list them: it says how many stand where, and where one stands
that is named to it.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.request_facts import KeyName
from stillwatch.guard.standings import Standings

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stillwatch.guard.standings import Known

_NAMES: Final = {one.name.lower(): one for one in KeyName}
_LAST: Final = datetime(9999, 1, 1, tzinfo=UTC)


class ShownStanding(NamedTuple):
    """One row, as `core.key_standing.KeyStanding` without its value."""

    key: str
    """A `KeyName` in lower case."""
    subject: str
    role: str
    confidence: float
    reason: str
    since: datetime
    expires_at: datetime
    source: str
    is_experimental: bool
    holds: bool
    """Whether it does at the time asked about."""


class StandingGroup(NamedTuple):
    """Rows that hold and agree in all that is said here."""

    subject: str
    role: str
    source: str
    reason: str
    is_experimental: bool
    keys: dict[str, int]
    """Name of a key → rows by it, such as account → 12."""
    least_confidence: float
    most_confidence: float
    since: datetime
    """The earliest of them."""
    expires_at: datetime
    """The latest of them."""


class AskedKey(NamedTuple):
    key: str
    value: str
    standings: tuple[ShownStanding, ...]
    """Those that have run out too; the surest first."""


class ShownStandings(NamedTuple):
    published_at: datetime
    rows: int
    expired: int
    """Of the rows, those that hold no more."""
    groups: tuple[StandingGroup, ...]
    """All that hold; the largest first."""
    asked: tuple[AskedKey, ...]


def show_standings(path: Path, *, at: datetime, keys: Iterable[tuple[str, str]] = ()) -> ShownStandings:
    """Read a table as `stillwatch watch` publishes it.

    Args:
        path: The file.
        at: When standings are to hold.
        keys: Name and value of each key to look up; a template's value is the digits of its key.

    Raises:
        InputError: It is no table or damaged, or a key is none.
    """
    table = Standings(path.read_bytes(), str(path))
    found = [_shown(table.known(row), at) for row in range(table.rows)]
    return ShownStandings(
        published_at=_moment(table.published_at),
        rows=table.rows,
        expired=sum(not one.holds for one in found),
        groups=_groups(one for one in found if one.holds),
        asked=tuple(_asked(table, key, value, at) for key, value in keys),
    )


def _asked(table: Standings, key: str, value: str, at: datetime) -> AskedKey:
    name = _NAMES.get(key)
    if name is None:
        raise InputError(f"{key!r} is no key", where=f"{key}={value}", mend=f"name one of {', '.join(_NAMES)}")
    if name is KeyName.TEMPLATE and not value.removeprefix("-").isdigit():
        raise InputError("a template is known by a number", where=f"{key}={value}", mend="write its digits")
    return AskedKey(key, value, tuple(_shown(table.known(row), at) for row in table.rows_of(name, value)))


def _groups(rows: Iterable[ShownStanding]) -> tuple[StandingGroup, ...]:
    alike: dict[tuple[str, str, str, str, bool], list[ShownStanding]] = {}
    for one in rows:
        alike.setdefault((one.subject, one.role, one.source, one.reason, one.is_experimental), []).append(one)
    made = [
        StandingGroup(
            *common,
            keys=dict(Counter(one.key for one in mine)),
            least_confidence=min(one.confidence for one in mine),
            most_confidence=max(one.confidence for one in mine),
            since=min(one.since for one in mine),
            expires_at=max(one.expires_at for one in mine),
        )
        for common, mine in alike.items()
    ]
    return tuple(sorted(made, key=lambda one: (-sum(one.keys.values()), one.subject, one.role)))


def _shown(known: Known, at: datetime) -> ShownStanding:
    return ShownStanding(
        key=KeyName(known.name).name.lower(),
        subject=known.subject,
        role=known.role.value,
        confidence=known.confidence,
        reason=known.reason,
        since=_moment(known.since),
        expires_at=_moment(known.expires_at),
        source=known.source,
        is_experimental=known.is_experimental,
        holds=known.expires_at > at.timestamp(),
    )


def _moment(seconds: float) -> datetime:
    return _LAST if seconds >= _LAST.timestamp() else datetime.fromtimestamp(seconds, UTC)
