"""Where a bundle stands among those that were imported before: next, again, late, after a gap, or of another row.

>>> imported = {1: Link(1, "aa", "")}
>>> [place_of(imported, one).value for one in (Link(2, "bb", "aa"), Link(4, "dd", "cc"), Link(1, "xx", ""))]
['next', 'gap', 'forked']

A producer makes one row. Two bundles of one number, or one whose predecessor is not the one that was imported, mean
that somebody else signs with the producer's key, or that the producer tells two receivers two things.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Place(StrEnum):
    NEXT = "next"
    REPEATED = "repeated"
    """The same one was imported before: nothing is to be done."""
    LATE = "late"
    """One that was missing, and fits between its neighbours."""
    GAP = "gap"
    """Some before it have not come."""
    RESTART = "restart"
    """Some before it have not come, and it holds all that is in force."""
    FORKED = "forked"
    """It does not fit to what was imported."""


class Link(NamedTuple):
    """A bundle, as far as the row goes."""

    export_seq: int
    sha256: str
    previous: str
    is_complete: bool = False


def place_of(imported: Mapping[int, Link], one: Link) -> Place:
    """Where a bundle stands; `imported`: by number, what came before of its producer's stream."""
    if (same := imported.get(one.export_seq)) is not None:
        return Place.REPEATED if same.sha256 == one.sha256 else Place.FORKED
    before, after = imported.get(one.export_seq - 1), imported.get(one.export_seq + 1)
    if (before is not None and before.sha256 != one.previous) or (after is not None and after.previous != one.sha256):
        return Place.FORKED
    last = max(imported, default=0)
    if one.export_seq <= last:
        return Place.LATE
    if one.export_seq == last + 1:
        return Place.NEXT
    return Place.RESTART if one.is_complete else Place.GAP


def missing(imported: Mapping[int, Link], until: int) -> tuple[tuple[int, int], ...]:
    """The spans of numbers below `until` that have not come, first and last of each.

    Since the first one that has come; where none has, since 1.
    """
    known = [*sorted(number for number in imported if number < until), until]
    spans = zip([0, *known] if not imported else known, known if not imported else known[1:], strict=False)
    return tuple((before + 1, after - 1) for before, after in spans if after - before > 1)
