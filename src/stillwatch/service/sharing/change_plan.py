"""What a change of a store comes to, row by row: worked out from what is there, and carried out by either database.

>>> one = CarriedObject("note--1", "note", "2.1", "v1", 1, "", b"d1", b"{}")
>>> plan = plan_append([one], (), by="a", head=Head(7, 100), now_us=90)
>>> [(row.seq, row.added_us, row.is_current) for row in plan.added], plan.head
([(8, 101, True)], Head(last_seq=8, last_added_us=101))
>>> plan_append([one._replace(digest=b"d2", version_us=2)], plan.added, by="b", head=plan.head, now_us=90).refused
(Refused(object_id='note--1', version='v1', reason='this id is of another producer'),)
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.service.sharing.carried_object import CarriedObject, time_of
from stillwatch.service.sharing.object_store import Kept, Refused
from stillwatch.service.sharing.stream_row import STRICTNESS, Place, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Head(NamedTuple):
    """Where the stream ends."""

    last_seq: int
    last_added_us: int

    def next(self, now_us: int) -> Head:
        return Head(self.last_seq + 1, max(now_us, self.last_added_us + 1))


class Plan(NamedTuple):
    added: tuple[Row, ...]
    data_of: dict[int, bytes | int]
    """Of an added row: its data, or the row whose data it takes over. A tombstone has none."""
    removed: tuple[int, ...]
    places: dict[int, tuple[bool, int]]
    """Rows that stay whose `is_current` and `place` change."""
    head: Head
    kept: tuple[Kept, ...] = ()
    refused: tuple[Refused, ...] = ()


def plan_append(objects: Sequence[CarriedObject], there: Iterable[Row], *, by: str, head: Head, now_us: int) -> Plan:
    """Add a producer's objects to a collection; `there` holds the rows of all their ids."""
    rows = _by_id(there)
    before = {row.seq: row for mine in rows.values() for row in mine}
    data_of: dict[int, bytes | int] = {}
    kept: list[Kept] = []
    refused: list[Refused] = []
    for one in objects:
        mine = rows.setdefault(one.object_id, [])
        twin = _twin(one, mine, by)
        if twin is not None and twin.producer == by:
            note = "" if twin.digest == one.digest else "this version is here with other content, and that stays"
            kept.append(Kept(twin.seq, one.object_id, twin.version, is_new=False, note=note))
            continue
        reason = "" if twin is not None else _objection(one, mine, by)
        if reason:
            refused.append(Refused(one.object_id, one.version, reason))
            continue
        head = head.next(now_us)
        row = _row(one, head, by, twin)
        mine.append(row)
        data_of[row.seq] = one.data
        kept.append(Kept(row.seq, one.object_id, row.version, is_new=True))
    return _plan(rows, before, head, data_of)._replace(kept=tuple(kept), refused=tuple(refused))


def plan_delete(there: Iterable[Row], goes: Callable[[Row], bool], *, head: Head, now_us: int) -> Plan:
    """Delete rows, leave a tombstone for each version that was shown, and show the echoes of what went."""
    rows = _by_id(there)
    before = {row.seq: row for mine in rows.values() for row in mine}
    data_of: dict[int, bytes | int] = {}
    for object_id, mine in rows.items():
        gone = {row.seq: row for row in mine if not row.is_tombstone and goes(row)}
        stays = [row for row in mine if row.seq not in gone]
        for row in [one for one in gone.values() if one.is_shown]:
            head = head.next(now_us)
            stays.append(_tombstone(row, head))
        for row in [one for one in stays if one.is_echo]:
            if any(one.digest == row.digest and one.version_us == row.version_us for one in stays if one.is_shown):
                continue
            head = head.next(now_us)
            stays[stays.index(row)] = row._replace(seq=head.last_seq, added_us=head.last_added_us, is_echo=False)
            data_of[head.last_seq] = row.seq
        rows[object_id] = stays
    return _plan(rows, before, head, data_of)


def _by_id(there: Iterable[Row]) -> dict[str, list[Row]]:
    rows: dict[str, list[Row]] = {}
    for row in there:
        rows.setdefault(row.object_id, []).append(row)
    return rows


def _twin(one: CarriedObject, mine: list[Row], by: str) -> Row | None:
    """The row that this is another copy of: the producer's own of that version, else one shown that says the same."""
    same = [row for row in mine if not row.is_tombstone and one.version_us in (0, row.version_us)]
    own = [row for row in same if row.producer == by and (row.digest == one.digest or (one.version and row.is_shown))]
    return own[0] if own else next((row for row in same if row.is_shown and row.digest == one.digest), None)


def _objection(one: CarriedObject, mine: list[Row], by: str) -> str:
    others = [row for row in mine if row.producer != by and not row.is_echo]
    if all(one.is_named_by_content and row.is_named_by_content for row in others):
        return ""
    return "this id is of another producer"


def _row(one: CarriedObject, head: Head, by: str, twin: Row | None) -> Row:
    version, version_us = (one.version, one.version_us) if one.version else (time_of(head.last_added_us), head[1])
    if twin is not None:
        version, version_us = twin.version, twin.version_us
    return Row(
        seq=head.last_seq,
        object_id=one.object_id,
        type=one.type,
        spec_version=one.spec_version,
        version=version,
        version_us=version_us,
        added_us=head.last_added_us,
        producer=by,
        tlp=STRICTNESS[one.tlp],
        digest=one.digest,
        is_named_by_content=one.is_named_by_content,
        is_echo=twin is not None,
        is_tombstone=False,
        is_current=False,
        place=0,
    )


def _tombstone(row: Row, head: Head) -> Row:
    return row._replace(
        seq=head.last_seq, added_us=head.last_added_us, digest=b"", is_tombstone=True, is_current=False, place=0
    )


def _plan(rows: dict[str, list[Row]], before: dict[int, Row], head: Head, data_of: dict[int, bytes | int]) -> Plan:
    placed = [row for mine in rows.values() for row in _placed(mine)]
    stays = {row.seq for row in placed}
    return Plan(
        added=tuple(sorted(row for row in placed if row.seq not in before)),
        data_of=data_of,
        removed=tuple(sorted(before.keys() - stays)),
        places={row.seq: (row.is_current, row.place) for row in placed if row.seq in before and row != before[row.seq]},
        head=head,
    )


def _placed(mine: list[Row]) -> list[Row]:
    """The rows of one id with each one's place among the versions of its producer."""
    places: dict[int, int] = {}
    shown = sorted((row for row in mine if row.is_shown), key=lambda row: (row.producer, row.version_us, row.seq))
    for _, versions in groupby(shown, key=lambda row: row.producer):
        _place(list(versions), places)
    return [
        row._replace(place=place, is_current=bool(place & Place.LAST_OF_SPEC and not place & Place.OLD_SPEC))
        for row in mine
        for place in (places.get(row.seq, 0),)
    ]


def _place(versions: list[Row], places: dict[int, int]) -> None:
    """Places among the versions of one producer, the oldest first; they are added to `places`."""
    newest = max(row.spec_version for row in versions)
    first = {row.spec_version: row.seq for row in reversed(versions)}
    last = {row.spec_version: row.seq for row in versions}
    for row in versions:
        places[row.seq] = int(
            (first[row.spec_version] == row.seq) * Place.FIRST_OF_SPEC
            | (last[row.spec_version] == row.seq) * Place.LAST_OF_SPEC
            | (row is versions[0]) * Place.FIRST
            | (row is versions[-1]) * Place.LAST
            | (row.spec_version != newest) * Place.OLD_SPEC
        )
