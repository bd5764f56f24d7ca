"""Lay out a table of standings, where they are published.

>>> from datetime import datetime, UTC
>>> from stillwatch.core.key_standing import KeyStanding, Role
>>> from stillwatch.core.request_facts import KeyName
>>> one = KeyStanding(
...     name=KeyName.API_KEY,
...     value="8f",
...     subject="c-1",
...     role=Role.OPERATOR,
...     confidence=0.99,
...     reason="keeps the fleet's hours",
...     since=datetime(2026, 1, 1, tzinfo=UTC),
...     expires_at=datetime(2026, 1, 2, tzinfo=UTC),
... )
>>> build([one], seed=7)[:8]
b'swstand1'
"""

from __future__ import annotations

import array
from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import Role
from stillwatch.core.request_facts import KeyName
from stillwatch.guard.standings_layout import COLUMNS, ROLES, hash_high, hash_low, written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.core.key_standing import KeyStanding

_LEAST_SLOTS: Final = 8


def build(standings: Iterable[KeyStanding], *, seed: int, salt: int = 0, published_at: float = 0.0) -> bytes:
    """Lay out a table; about 5 µs a row.

    Args:
        standings: In any order; of a key that comes several times all rows are kept.
        seed: Of the hashes, 0 … 2^63 - 1, drawn anew for each deployment so that nobody can aim at a collision.
        salt: That of the store whose template keys the rows hold.
        published_at: Seconds since 1970 UTC.

    Raises:
        InputError: A confidence outside of 0..1, an empty value, or a template key that is no number.
    """
    rows = sorted(standings, key=_precedence)
    columns = _empty_columns(len(rows))
    subjects, reasons, sources = dict[str, int](), dict[str, int](), dict[str, int]()
    last_of_key = dict[tuple[int, int | bytes], int]()
    templates: list[tuple[int, int, int]] = []
    present = 0
    for row, one in enumerate(rows):
        _check(one)
        name = one.name + one.kind
        present |= 1 << name
        columns["following"].append(0)
        columns["name"].append(name)
        columns["role"].append(ROLES.index(one.role))
        columns["source"].append(sources.setdefault(one.source, len(sources)))
        columns["experimental"].append(one.is_experimental)
        columns["subject"].append(subjects.setdefault(one.subject, len(subjects)))
        columns["reason"].append(reasons.setdefault(one.reason, len(reasons)))
        columns["confidence"].append(one.confidence)
        columns["since"].append(one.since.timestamp())
        columns["expires_at"].append(one.expires_at.timestamp())
        value = _key_of(one)
        columns["high"].append(hash_high(value, name, seed) if isinstance(value, bytes) else 0)
        before = last_of_key.get((name, value))
        last_of_key[name, value] = row
        if before is not None:
            columns["following"][before] = row
        elif isinstance(value, bytes):
            _enter(columns, hash_low(value, name, seed), row)
        else:
            templates.append((one.kind, value, row))
    header = {
        "rows": len(rows),
        "published_at": published_at,
        "seed": seed,
        "salt": salt,
        "present": present,
        "subjects": list(subjects),
        "reasons": list(reasons),
        "sources": list(sources),
        "templates": templates,
    }
    return written(header, columns)


def _precedence(one: KeyStanding) -> tuple[bool, bool, float]:
    """Of the rows of a key those come first that must not be overlooked: exemptions, then what may deny."""
    return one.role is not Role.EXEMPT, one.is_experimental, -one.confidence


def _empty_columns(rows: int) -> dict[str, array.array[Any]]:
    """Columns without rows; the slots, at most half of them taken, are there already."""
    slots = _LEAST_SLOTS
    while slots < 2 * rows:
        slots *= 2
    columns: dict[str, array.array[Any]] = {name: array.array(code) for name, code in COLUMNS}
    columns["slot_low"] = array.array("Q", bytes(8 * slots))
    columns["slot_row"] = array.array("I", bytes(4 * slots))
    return columns


def _check(one: KeyStanding) -> None:
    if not one.value:
        raise InputError("a standing without a value", where=one.subject, mend="name the account, address or client")
    if not 0 <= one.confidence <= 1:
        mend = "give a probability between 0 and 1"
        raise InputError(
            f"confidence {one.confidence} is no probability", where=f"{one.subject}, {one.value}", mend=mend
        )


def _key_of(one: KeyStanding) -> int | bytes:
    """A template's key as a number, any other as the bytes that are hashed."""
    if one.name != KeyName.TEMPLATE:
        return one.value.encode("utf-8", "surrogatepass")
    try:
        return int(one.value)
    except ValueError as error:
        mend = "write the decimal digits of its key"
        raise InputError(f"{one.value!r} is no template key", where=one.subject, mend=mend) from error


def _enter(columns: dict[str, array.array[Any]], low: int, row: int) -> None:
    """Enter the first row of a key in the slots; equal first halves lie side by side."""
    slots = columns["slot_low"]
    mask = len(slots) - 1
    place = low & mask
    while slots[place]:
        place = (place + 1) & mask
    slots[place], columns["slot_row"][place] = low, row
