"""The epochs of private matching at the holder of their keys: opened, shown, ended with the key erased.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> from stillwatch.intel.ristretto import load_ristretto
>>> with TemporaryDirectory() as folder:
...     connection = open_matching(Path(folder) / "match.db")
...     asked = Opening(name="2026-w48", begins_at=0.0, ends_at=604_800.0, quota=1000)
...     epoch = open_epoch(connection, load_ristretto(), asked, by="Ada", at=0.0)
...     known = [one.name for one in epochs(connection)]
...     ended = end_epochs(connection, at=604_800.0)
...     connection.close()
>>> known, ended == (epoch.id,)
(['2026-w48'], True)

Every epoch has a key of its own, made of the system's randomness and kept in this file alone. When the epoch ends the
key is overwritten: whoever takes the file later can neither make tokens of that epoch nor try values against them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError
from stillwatch.intel.match_epoch import EPOCH_NAME, Epoch, Holder, read_epoch, write_epoch
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from stillwatch.intel.ristretto import Ristretto

_LONGEST_S: Final = 366 * 86_400.0
_KIND: Final = SqliteKind(
    application=0x73776D61,
    version=1,
    tables="sharing/match_state.sql",
    noun="state of private matching",
    name="state",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What an epoch is to be; times are seconds since 1970 UTC."""

    name: str
    begins_at: float
    ends_at: float
    quota: int
    """How many values one member may ask about."""
    url: str = ""
    """Where members ask."""


def open_matching(path: Path, *, must_exist: bool = False) -> sqlite3.Connection:
    """Open the state, readable for its owner alone; what is deleted in it is overwritten.

    Raises:
        InputError: The file is another program's, or of another version, or damaged.
        SettingsError: It cannot be opened or made.
    """
    connection = open_sqlite(path, _KIND, must_exist=must_exist)
    connection.execute("PRAGMA secure_delete = ON")
    return connection


def open_epoch(connection: sqlite3.Connection, group: Ristretto, asked: Opening, *, by: str, at: float) -> Epoch:
    """Make an epoch with a key of its own.

    Raises:
        InputError: There is one of this name, or it is none that could be.
    """
    if not EPOCH_NAME.fullmatch(asked.name):
        raise InputError(f"{asked.name!r} is no name of an epoch", mend="small letters, digits and hyphens: 2026-w48")
    if asked.ends_at <= max(at, asked.begins_at) or asked.quota < 1 or not by.strip():
        raise InputError("an epoch without time, quota or owner", mend="let it end in the future; give quota and --by")
    if asked.ends_at - asked.begins_at > _LONGEST_S or asked.begins_at - at > _LONGEST_S:
        mend = "let it begin and end within a year: tokens of one epoch can be brought together as long as it lasts"
        raise InputError("an epoch that is too long, or too far away", mend=mend)
    secret = group.random_scalar()
    epoch = Epoch(
        name=asked.name,
        holders=(Holder(public=group.multiply_base(secret), url=asked.url),),
        begins_at=datetime.fromtimestamp(asked.begins_at, UTC),
        ends_at=datetime.fromtimestamp(asked.ends_at, UTC),
        quota=asked.quota,
    )
    with writing(connection):
        if any(one.name == asked.name for one in epochs(connection)):
            raise InputError(f"there is an epoch {asked.name}", mend="take another name")
        row = (epoch.id, asked.begins_at, asked.ends_at, asked.quota, epoch.holders[0].public, secret)
        connection.execute("INSERT INTO epoch VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, write_epoch(epoch)))
        detail = {"quota": asked.quota, "ends_at": epoch.ends_at.isoformat()}
        add_entries(connection, [Entry(at, "epoch_opened", by, epoch.id, detail)])
    return epoch


def epochs(connection: sqlite3.Connection, *, only_open: bool = False) -> tuple[Epoch, ...]:
    """All epochs, the oldest first; or those that have a key still."""
    rows = connection.execute(
        "SELECT document FROM epoch WHERE secret IS NOT NULL OR NOT ? ORDER BY begins_at, id", (only_open,)
    )
    return tuple(read_epoch(document) for (document,) in rows)


def find_epoch(connection: sqlite3.Connection, name: str) -> Epoch:
    """An epoch by its name or id.

    Raises:
        InputError: There is none.
    """
    found = next((one for one in epochs(connection) if name in (one.name, one.id)), None)
    if found is None:
        raise InputError(f"there is no epoch {name}", mend="`stillwatch match epoch list` names all")
    return found


def end_epochs(
    connection: sqlite3.Connection, *, at: float, name: str = "", by: str = "stillwatch", because: str = "its time"
) -> tuple[str, ...]:
    """Erase the keys of epochs whose time is over, or of the one that is named; give their ids.

    Raises:
        InputError: There is none of this name.
    """
    named = find_epoch(connection, name).id if name else None
    over = connection.execute(
        "SELECT id FROM epoch WHERE secret IS NOT NULL AND (id = ? OR (? IS NULL AND ends_at <= ?))", (named, named, at)
    ).fetchall()
    if not over:
        return ()
    with writing(connection):
        for (epoch_id,) in over:
            connection.execute("UPDATE epoch SET secret = NULL, ends_at = min(ends_at, ?) WHERE id = ?", (at, epoch_id))
            add_entries(connection, [Entry(at, "epoch_ended", by, epoch_id, {"because": because})])
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # the key stands in the log ahead, too
    return tuple(epoch_id for (epoch_id,) in over)
