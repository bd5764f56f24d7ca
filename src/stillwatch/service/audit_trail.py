"""What was done about whom, by whom: entries are added and never changed, and each seals the one before.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.service.guarding.state_file import open_state
>>> with TemporaryDirectory() as folder:
...     connection = open_state(Path(folder) / "guard.db")
...     add_entries(connection, [Entry(1.0, "policy_followed", "guard", "2026-11-22.1", {"rules": 3})])
...     found = first_broken(connection), [entry.what for entry in read_entries(connection)]
...     connection.close()
>>> found
(None, ['policy_followed'])

The file refuses to change or erase an entry. Whoever gets around that, by editing the file, breaks the chain of digests
(SHA-256 of the entry and of the digest before it), unless he writes all later entries anew: copy the last digest to
where he cannot reach it.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator


class Entry(NamedTuple):
    happened_at: float
    """Seconds since 1970 UTC."""
    what: str
    """`policy_followed`, `covert_rule_loaded`, `covert_rule_acted`, `records_dropped`, `appeal_opened`,
    `appeal_upheld`, `appeal_overturned` or `appeal_withdrawn`.
    """
    who: str
    """A person's name, or `guard`."""
    about: str
    """The policy's version, the rule, or the appeal."""
    detail: dict[str, Any]
    digest: str = ""
    """Given when it is added."""


def add_entries(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Add entries, in a transaction that is open already where there is one."""
    last = connection.execute("SELECT digest FROM audit ORDER BY entry DESC LIMIT 1").fetchone()
    digest = last[0] if last else ""
    for one in entries:
        detail = orjson.dumps(one.detail, option=orjson.OPT_SORT_KEYS).decode()
        digest = _digest(digest, one, detail)
        connection.execute(
            "INSERT INTO audit (happened_at, what, who, about, detail, digest) VALUES (?, ?, ?, ?, ?, ?)",
            (one.happened_at, one.what, one.who, one.about, detail, digest),
        )


def read_entries(connection: sqlite3.Connection) -> Iterator[Entry]:
    """All entries, the oldest first."""
    for _, happened_at, what, who, about, detail, digest in _rows(connection):
        yield Entry(happened_at, what, who, about, orjson.loads(detail), digest)


def entries_after(connection: sqlite3.Connection, number: int) -> Iterator[tuple[int, Entry]]:
    """(number, entry) of what was added after the entry of that number; 0 = all."""
    rows = connection.execute(
        "SELECT entry, happened_at, what, who, about, detail, digest FROM audit WHERE entry > ? ORDER BY entry",
        (number,),
    )
    for entry, happened_at, what, who, about, detail, digest in rows:
        yield entry, Entry(happened_at, what, who, about, orjson.loads(detail), digest)


def digest_at(connection: sqlite3.Connection, number: int) -> str:
    """The digest of an entry by its number; empty where there is none."""
    row = connection.execute("SELECT digest FROM audit WHERE entry = ?", (number,)).fetchone()
    return row[0] if row else ""


def first_broken(connection: sqlite3.Connection) -> int | None:
    """Number of the first entry that is missing or is not what was added; None = the trail is whole."""
    before = ""
    for number, (entry, happened_at, what, who, about, detail, digest) in enumerate(_rows(connection), 1):
        if entry != number or digest != _digest(before, Entry(happened_at, what, who, about, {}), detail):
            return number
        before = digest
    return None


def _rows(connection: sqlite3.Connection) -> Iterator[Any]:
    return connection.execute("SELECT entry, happened_at, what, who, about, detail, digest FROM audit ORDER BY entry")


def _digest(before: str, one: Entry, detail: str) -> str:
    plain = orjson.dumps((before, float(one.happened_at), one.what, one.who, one.about, detail))
    return hashlib.sha256(plain).hexdigest()
