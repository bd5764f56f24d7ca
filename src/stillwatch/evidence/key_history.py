r"""Which keys counted when, as the log itself tells it: a file that readers check and then believe.

>>> from datetime import UTC, datetime
>>> from stillwatch.evidence.key_statement import KeyEvent
>>> at = datetime(2026, 11, 22, tzinfo=UTC)
>>> begun = KeyStatement(
...     event=KeyEvent.BEGIN, role=KeyRole.EXPORT, name="lab.example", algorithm="ed25519", public=bytes(32), at=at
... )
>>> entry = HistoryEntry(begun, LogProof(0, (), b"log.example\n1\n..., signed"))
>>> read_history(write_history([entry])) == (entry,)
True

A statement is proved by the newest checkpoint. Where a key of the log itself begins there is a *hand-over* too, which
the key before it has signed: see `evidence.check_key_history`, which decides what of all this is believed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import rfc8785

from stillwatch.core.errors import InputError
from stillwatch.evidence.key_statement import KeyRole, KeyStatement, plain_statement, read_statement
from stillwatch.evidence.proof_file import LogPolicy, LogProof, read_proof, write_proof

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_SCHEMA: Final = "stillwatch.key-history/1"
_FIELDS: Final = frozenset(("statement", "proof", "handover"))
_LONGEST_BYTES: Final = 16 << 20
_MOST_ENTRIES: Final = 2_000
_MEND: Final = "ask whoever keeps the log for the history again"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    statement: KeyStatement
    proof: LogProof
    """Under the newest checkpoint, the leaf's bytes as its extra data."""
    handover: LogProof | None = None
    """Where a key of the log begins: the same, under the checkpoint that the key before it has signed too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySpan:
    """One key, and when it counted. A leaf is a number in the log; None: not laid down there."""

    role: KeyRole
    name: str
    algorithm: str
    public: bytes
    begin_at: datetime | None = None
    begin_leaf: int | None = None
    end_at: datetime | None = None
    end_leaf: int | None = None
    revoked_at: datetime | None = None
    revoked_leaf: int | None = None
    because: str = ""
    """Of what was said last."""


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """Checked."""

    spans: tuple[KeySpan, ...]
    """In the order in which the log first spoke of the keys."""
    policy: LogPolicy
    """What the reader asked of the log, and beyond it the keys that followed and what each of them counts for."""


def write_history(entries: Iterable[HistoryEntry]) -> bytes:
    written: bytes = rfc8785.dumps({"schema": _SCHEMA, "entries": [_plain(entry) for entry in entries]})
    return written


def read_history(data: bytes, where: str = "") -> tuple[HistoryEntry, ...]:
    """Read the file; checks nothing but its form.

    Raises:
        InputError: It is none.
    """
    try:
        if len(data) > _LONGEST_BYTES:
            raise InputError(f"a history of {len(data):,} bytes", where=where, mend=_MEND)
        read = json.loads(data)
        if read.keys() != {"schema", "entries"} or read["schema"] != _SCHEMA or len(read["entries"]) > _MOST_ENTRIES:
            raise InputError("no history of keys of this version", where=where, mend=_MEND)
        found = tuple(_entry(one, where) for one in read["entries"])
        is_canonical = write_history(found) == data
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(f"no history of keys: {error}", where=where, mend=_MEND) from error
    if not is_canonical:
        raise InputError("a history of keys that is not in canonical form", where=where, mend=_MEND)
    return found


def refusal_of(span: KeySpan, *, at: datetime, leaf: int | None = None) -> str:
    """Why a key does not count for what it signed; empty where it does.

    Args:
        span: Of a key that is none of the log's own.
        at: When it says that it was signed.
        leaf: Number of the leaf that it is noted as, where it is.
    """
    if span.begin_at is not None and at < span.begin_at:
        return f"the key counts from {span.begin_at:%Y-%m-%d %H:%M}Z only"
    if span.end_at is not None and at >= span.end_at:
        return f"the key counted until {span.end_at:%Y-%m-%d %H:%M}Z only"
    if span.revoked_at is None or span.revoked_leaf is None:
        return ""
    was_before = leaf is not None and leaf < span.revoked_leaf and at < span.revoked_at
    return "" if was_before else f"the key was revoked, since {span.revoked_at:%Y-%m-%d %H:%M}Z: {span.because}"


def _plain(entry: HistoryEntry) -> dict[str, Any]:
    plain: dict[str, Any] = {"statement": plain_statement(entry.statement), "proof": write_proof(entry.proof).decode()}
    return plain if entry.handover is None else {**plain, "handover": write_proof(entry.handover).decode()}


def _entry(read: Any, where: str) -> HistoryEntry:
    if not {"statement", "proof"} <= read.keys() <= _FIELDS:
        raise InputError("an entry with other fields", where=where, mend=_MEND)
    handover = read_proof(read["handover"].encode(), where) if "handover" in read else None
    return HistoryEntry(read_statement(read["statement"], where), read_proof(read["proof"].encode(), where), handover)
