"""Who takes part in a hub: members with an identity, a role, a token, and an end.

>>> from pathlib import Path
>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as folder:
...     hub = HubMembers(Path(folder) / "hub.db", clock=lambda: 1.0)
...     token = hub.add("lab-a", "identity--5a1c8e52-6a3f-4f0a-9d0e-0d6f3f6d7c10", HubRole.TRUSTED, by="Ada")
...     found = hub.holder(token)
...     hub.end("lab-a", why="left", by="Ada")
...     gone = hub.holder(token)
...     hub.close()
>>> found.name, found.may_publish, gone
('lab-a', True, None)

Of a token its SHA-256 alone is kept; it has 256 random bits, so nobody guesses it. Every act is in the audit trail with
the name of who did it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.core.marking import Tlp
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.sqlite_file import SqliteKind, open_sqlite

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SHARED: Final = "7d3f8a52-7f0e-4c55-9f4e-3a1f5f2f0a01"
"""The collection that members read."""
INBOX: Final = "7d3f8a52-7f0e-4c55-9f4e-3a1f5f2f0a02"
"""The collection where what is to be moderated waits."""
_KIND: Final = SqliteKind(
    application=0x73776862, version=1, tables="sharing/hub_state.sql", noun="state of a hub", name="state"
)
_IDENTITY: Final = re.compile(r"identity--[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_TOKEN_BYTES: Final = 32
_COLUMNS: Final = "name, identity, role, ceiling, added_at, ended_at, why"


class HubRole(StrEnum):
    """What a member may do. `reader`: reads. `contributor`: reads, and what it sends waits for a moderator. `trusted`:
    what it sends is shared at once. `moderator`: the same, and sees what waits.
    """

    READER = "reader"
    CONTRIBUTOR = "contributor"
    TRUSTED = "trusted"
    MODERATOR = "moderator"


class Member(NamedTuple):
    name: str
    identity: str
    """STIX id; what it publishes must bear it as `created_by_ref`."""
    role: HubRole
    ceiling: Tlp
    """It is shown what is marked so or milder."""
    added_at: float
    ended_at: float | None
    why: str
    """Why it ended."""

    @property
    def may_publish(self) -> bool:
        return self.role in (HubRole.TRUSTED, HubRole.MODERATOR)

    @property
    def may_read(self) -> tuple[str, ...]:
        return (SHARED, INBOX) if self.role is HubRole.MODERATOR else (SHARED,)

    @property
    def may_write(self) -> tuple[str, ...]:
        return () if self.role is HubRole.READER else (INBOX,) if self.role is HubRole.CONTRIBUTOR else (SHARED, INBOX)


class HubMembers:
    """The state of a hub.

    Args:
        path: The SQLite file; made where there is none.
        clock: Seconds since 1970 UTC.

    Raises:
        InputError: The file is another program's.
        SettingsError: It cannot be opened.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float]) -> None:
        self.connection = open_sqlite(path, _KIND)
        self._clock = clock

    def close(self) -> None:
        self.connection.close()

    def add(self, name: str, identity: str, role: HubRole, *, by: str, ceiling: Tlp = Tlp.AMBER) -> str:
        """Take a member in; gives its token, which is shown this once.

        Raises:
            InputError: The name or the identity is malformed, or taken.
        """
        if not _NAME.fullmatch(name):
            raise InputError(f"{name!r} is no name of a member", mend="write small letters, digits, dots and dashes")
        if not _IDENTITY.fullmatch(identity):
            mend = "write the STIX id that it signs its objects with: identity--UUID"
            raise InputError(f"{identity!r} is no identity", where=name, mend=mend)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with writing(self.connection):
            taken = self.connection.execute(
                "SELECT name FROM member WHERE name = ? OR identity = ?", (name, identity)
            ).fetchone()
            if taken is not None:
                mend = "take another name, or see `stillwatch hub member list`"
                raise InputError(f"{taken[0]} has this name or identity", where=name, mend=mend)
            self.connection.execute(
                "INSERT INTO member VALUES (?, ?, ?, ?, ?, ?, NULL, '')",
                (name, identity, role, ceiling, _digest(token), self._clock()),
            )
            self.note("member_added", by, name, {"identity": identity, "role": role, "ceiling": ceiling})
        return token

    def change(self, name: str, *, by: str, role: HubRole | None = None, ceiling: Tlp | None = None) -> Member:
        """Give a member another role, or show it more or less."""
        with writing(self.connection):
            before = self._present(name)
            after = before._replace(role=role or before.role, ceiling=ceiling or before.ceiling)
            self.connection.execute(
                "UPDATE member SET role = ?, ceiling = ? WHERE name = ?", (after.role, after.ceiling, name)
            )
            self.note("member_changed", by, name, {"role": after.role, "ceiling": after.ceiling})
        return after

    def new_token(self, name: str, *, by: str) -> str:
        """A new token in place of the old one, which ends."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with writing(self.connection):
            self._present(name)
            self.connection.execute("UPDATE member SET token = ? WHERE name = ?", (_digest(token), name))
            self.note("token_changed", by, name, {})
        return token

    def end(self, name: str, *, why: str, by: str) -> None:
        """Put a member out: its token counts no more. What it has sent is taken back by `hub_desk.take_back`."""
        if not why.strip():
            raise InputError("no reason is given", where=name, mend="it is kept in the audit trail: give --why")
        with writing(self.connection):
            self._present(name)
            self.connection.execute(
                "UPDATE member SET ended_at = ?, why = ? WHERE name = ?", (self._clock(), why, name)
            )
            self.connection.execute("DELETE FROM hook WHERE member = ?", (name,))
            self.note("member_ended", by, name, {"why": why})

    def all(self) -> tuple[Member, ...]:
        """All that ever took part, by name."""
        rows = self.connection.execute(f"SELECT {_COLUMNS} FROM member ORDER BY name")  # noqa: S608  # ours
        return tuple(map(_member, rows))

    def find(self, name: str) -> Member:
        """A member by its name, whether or not it has ended.

        Raises:
            InputError: There is none.
        """
        found = next((one for one in self.all() if one.name == name), None)
        if found is None:
            raise InputError(f"there is no member {name!r}", mend="see `stillwatch hub member list`")
        return found

    def holder(self, token: str) -> Member | None:
        """The member whose token it is; None where it is nobody's, or that of one who was put out."""
        row = self.connection.execute(
            f"SELECT {_COLUMNS} FROM member WHERE token = ? AND ended_at IS NULL",  # noqa: S608  # ours
            (_digest(token),),
        ).fetchone()
        return _member(row) if row is not None else None

    def acknowledge(self, member: str, collection: str, seq: int) -> None:
        """Note that a member has taken in all up to a number; it never goes back."""
        with writing(self.connection):
            self.connection.execute(
                "INSERT INTO delivered VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, "
                "acknowledged_at = excluded.acknowledged_at WHERE excluded.seq > seq",
                (member, collection, seq, self._clock()),
            )

    def deliveries(self) -> dict[str, tuple[int, float]]:
        """Member → the last number of the shared collection that it has taken in, and when it said so."""
        found = self.connection.execute(
            "SELECT member, seq, acknowledged_at FROM delivered WHERE collection = ?", (SHARED,)
        )
        return {name: (seq, at) for name, seq, at in found}

    def note(self, what: str, who: str, about: str, detail: dict[str, Any]) -> None:
        """Add to the audit trail."""
        add_entries(self.connection, [Entry(self._clock(), what, who, about, detail)])

    def _present(self, name: str) -> Member:
        found = self.find(name)
        if found.ended_at is not None:
            raise InputError(f"{name} was put out", mend="take it in anew, under another name")
        return found


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _member(row: Any) -> Member:
    name, identity, role, ceiling, added_at, ended_at, why = row
    return Member(name, identity, HubRole(role), Tlp(ceiling), added_at, ended_at, why)
