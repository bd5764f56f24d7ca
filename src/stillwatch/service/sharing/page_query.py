"""The query of a page, for either database, and the same question to a row that is at hand.

>>> from stillwatch.service.sharing.object_store import Filters
>>> page_query("c-1", 7, Filters(types=("note",)), 100).values
('c-1', 7, 'note', 101)

SQLite must be told its index: left alone it takes the one of ids, and a page of a long collection costs a sort of all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from stillwatch.core.marking import Tlp
from stillwatch.service.sharing.stream_row import STRICTNESS, Place

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.sharing.object_store import Filters
    from stillwatch.service.sharing.stream_row import Row

_SHOWN: Final = "is_echo = 0 AND is_tombstone = 0"
_OF_NEWEST: Final = {"first": "place & 17 = 1", "last": "is_current = 1", "all": f"{_SHOWN} AND place & 16 = 0"}
_OF_ONE: Final = {"first": "place & 1 = 1", "last": "place & 2 = 2", "all": _SHOWN}
_OF_SEVERAL: Final = {"first": "place & 4 = 4", "last": "place & 8 = 8", "all": _SHOWN}
"""Which rows are meant, by how many versions of STIX are asked for; the numbers are those of `Place`."""
SEQ_AT: Final = "SELECT seq FROM object WHERE added_us <= ? ORDER BY added_us DESC LIMIT 1"
"""Up to which number there was anything at a time: asked first, since an index is searched for one bound."""


class Query(NamedTuple):
    statement: str
    """With a question mark for each value, and to be filled in by each database in its own words: `{indexed}`, the
    index; `{blob}`, the type of bytes; `{joined}`, the objects of all rows with commas between them.
    """
    index_name: str
    values: tuple[Any, ...]


def page_query(collection: str, after_seq: int, filters: Filters, limit: int) -> Query:
    """Ask for a page, and for one row more, which tells whether there is another page."""
    condition, values = _condition(collection, after_seq, filters)
    data = "data" if filters.with_data else "CAST('' AS {blob})"
    statement = (
        f"SELECT seq, object_id, version, added_us, producer, spec_version, {data}, is_tombstone "  # noqa: S608  # our own words alone
        f"FROM object {{indexed}} WHERE {condition} ORDER BY seq LIMIT ?"
    )
    return Query(statement, _index(filters), (*values, limit + 1))


def packed_query(collection: str, after_seq: int, filters: Filters, limit: int) -> Query:
    """Ask for the objects of a page in one row."""
    condition, values = _condition(collection, after_seq, filters)
    statement = (
        "SELECT count(*), min(added_us), max(added_us), max(seq), {joined} FROM "  # noqa: S608  # our own words alone
        f"(SELECT seq, added_us, data FROM object {{indexed}} WHERE {condition} ORDER BY seq LIMIT ?) AS page"
    )
    return Query(statement, _index(filters), (*values, limit))


def _condition(collection: str, after_seq: int, filters: Filters) -> tuple[str, list[Any]]:
    conditions = ["collection = ?", "seq > ?"]
    values: list[Any] = [collection, after_seq]
    for column, wanted in (
        ("object_id", filters.ids),
        ("object_type", filters.types),
        ("spec_version", filters.spec_versions),
    ):
        if wanted:
            conditions.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values.extend(wanted)
    if filters.ceiling is not Tlp.RED:
        conditions.append("tlp <= ?")
        values.append(STRICTNESS[filters.ceiling])
    meaning = _meaning(filters)
    times = [one for one in filters.versions if isinstance(one, int)]
    places = [meaning[one] for one in filters.versions if not isinstance(one, int)]
    places += [f"version_us = ? AND {meaning['all']}"] * len(times)
    places += ["is_tombstone = 1"] if filters.with_tombstones else []
    conditions.append(f"({' OR '.join(places)})")
    return " AND ".join(conditions), [*values, *times]


def _meaning(filters: Filters) -> dict[str, str]:
    if filters.spec_versions is None or len(filters.spec_versions) > 1:
        return _OF_SEVERAL
    return _OF_ONE if filters.spec_versions else _OF_NEWEST


def row_wanted(filters: Filters, producer: str) -> Callable[[Row], bool]:
    """Whether a row of this producer is among the versions that the filters name."""

    def is_wanted(row: Row) -> bool:
        return (
            row.producer == producer
            and not row.is_tombstone
            and (not filters.spec_versions or row.spec_version in filters.spec_versions)
            and any(_is_version(row, one, filters) for one in filters.versions)
        )

    return is_wanted


def _is_version(row: Row, wanted: str | int, filters: Filters) -> bool:
    meaning = _meaning(filters)
    if meaning is _OF_NEWEST and row.place & Place.OLD_SPEC:
        return False
    if wanted == "all" or isinstance(wanted, int):
        return wanted in ("all", row.version_us)
    first, last = (Place.FIRST, Place.LAST) if meaning is _OF_SEVERAL else (Place.FIRST_OF_SPEC, Place.LAST_OF_SPEC)
    return bool(row.place & (first if wanted == "first" else last))


def _index(filters: Filters) -> str:
    if filters.ids:
        return "object_by_id"
    if filters.versions != ("last",) or filters.spec_versions != () or filters.with_tombstones:
        return "object_by_seq"
    return "object_current_by_type" if len(filters.types) == 1 else "object_current"
