r"""Several tables of standings as one: what a scan has found, and what peers have told.

>>> from datetime import datetime, UTC
>>> from stillwatch.core.key_standing import KeyStanding, Role
>>> from stillwatch.core.request_facts import KeyName, RequestFacts
>>> from stillwatch.guard.build_standings import build
>>> def table(subject, source):
...     one = KeyStanding(
...         name=KeyName.ADDRESS,
...         value="192.0.2.7",
...         subject=subject,
...         role=Role.TRACE,
...         confidence=0.9,
...         reason="the fleet's",
...         since=datetime(2026, 1, 1, tzinfo=UTC),
...         expires_at=datetime(2026, 1, 2, tzinfo=UTC),
...         source=source,
...     )
...     return Standings(build([one], seed=7))
>>> both = joined((table("c-1", "scan"), table("c-9", "intel")))
>>> [both.known(hit.row).subject for hit in both.hits(RequestFacts("r", 0.0, client_address="192.0.2.7"))]
['c-1', 'c-9']

Each is published by somebody else, at his own pace, and replaced by itself. A guard that has one table looks up in that
one and pays for no other. Keys of prompts are made under one salt, that of the first table that holds any: what another
one holds under another salt is not found, and `other_salts` says in how many that is so.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from stillwatch.guard.standings import Hit, Standings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.request_facts import KeyName, RequestFacts
    from stillwatch.guard.standings import Known


class SeveralStandings:
    """Two tables or more, asked one after the other; what `Standings` answers, this does."""

    def __init__(self, tables: Sequence[Standings]) -> None:
        self._tables = tuple(tables)
        starts = [0]
        for table in self._tables:
            starts.append(starts[-1] + table.rows)
        self.rows = starts.pop()
        self._starts = starts
        """Number of each table's first row."""
        self._others = tuple(zip(starts[1:], self._tables[1:], strict=True))
        self.published_at = self._tables[0].published_at
        """Of the first: that of a scan, which is published again and again; what peers tell only when it changes."""
        keyed = [table for table in self._tables if table.template_kinds]
        self.salt = keyed[0].salt if keyed else self._tables[0].salt
        fitting = [table for table in keyed if table.salt == self.salt]
        self.template_kinds: frozenset[int] = frozenset().union(*(table.template_kinds for table in fitting))
        self.other_salts = len(keyed) - len(fitting)
        """Tables whose keys of prompts are of another salt than the first one's."""

    def hits(self, facts: RequestFacts) -> list[Hit]:
        """Rows of the request's keys that hold at its time; those of a table come one after the other."""
        found = self._tables[0].hits(facts)
        for start, table in self._others:
            if more := table.hits(facts):
                found += [Hit(hit.name, start + hit.row) for hit in more]
        return found

    def has(self, name: KeyName, value: str, *, at: float) -> bool:
        """Whether a row of this key holds at a time."""
        return any(table.has(name, value, at=at) for table in self._tables)

    def known(self, row: int) -> Known:
        place = bisect_right(self._starts, row) - 1
        return self._tables[place].known(row - self._starts[place])


StandingsTable = Standings | SeveralStandings
"""What a decision looks up in: ask it `hits(facts)`, and `known(hit.row)` about each."""


def joined(tables: Sequence[Standings]) -> StandingsTable:
    """The tables as one; a single one as it is. There is at least one."""
    return tables[0] if len(tables) == 1 else SeveralStandings(tables)
