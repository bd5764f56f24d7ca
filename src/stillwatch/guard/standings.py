r"""Who stands where, as one flat table that a request path can ask: no database, no object for each account.

>>> from datetime import datetime, UTC
>>> from stillwatch.core.key_standing import KeyStanding, Role
>>> from stillwatch.core.request_facts import KeyName, RequestFacts
>>> from stillwatch.guard.build_standings import build
>>> one = KeyStanding(
...     name=KeyName.ACCOUNT,
...     value="a-1",
...     subject="c-1",
...     role=Role.OPERATOR,
...     confidence=0.99,
...     reason="keeps the fleet's hours",
...     since=datetime(2026, 1, 1, tzinfo=UTC),
...     expires_at=datetime(2026, 1, 2, tzinfo=UTC),
... )
>>> table = Standings(build([one], seed=7))
>>> [table.known(hit.row).subject for hit in table.hits(RequestFacts("r", 0.0, account_id="a-1"))]
['c-1']

A table is built where standings are published, written as one file and mapped into memory by each guard, so that a
million rows cost a guard neither time to load nor work for the garbage collector, and processes share the pages. It
never changes: a newer one takes its place as a whole. Keys are 128-bit hashes under a seed of the table's own (template
keys are hashes already, of 64 bits), found by open addressing (`guard.standings_layout`); it holds no account id.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import xxhash

from stillwatch.core.request_facts import KeyName, RequestFacts
from stillwatch.guard.standings_layout import MOST_ROWS_OF_A_KEY, ROLES, hash_high, hash_low, read_columns, read_header

if TYPE_CHECKING:
    from stillwatch.core.key_standing import Role

_FIELD_OF: Final = {
    KeyName.ACCOUNT: "account_id",
    KeyName.API_KEY: "api_key_id",
    KeyName.USER: "user_id",
    KeyName.ORGANISATION: "org_id",
    KeyName.TEAM: "team_id",
    KeyName.END_USER: "end_user_id",
    KeyName.ADDRESS: "client_address",
    KeyName.PREFIX: "client_prefix",
    KeyName.CLIENT: "client",
}


class Hit(NamedTuple):
    name: int
    """A `KeyName`, or `KeyName.TEMPLATE` plus the kind of a template key."""
    row: int


class Known(NamedTuple):
    """One row; the fields are those of `core.key_standing.KeyStanding`."""

    name: int
    """A `KeyName`; of any template key `KeyName.TEMPLATE`."""
    subject: str
    role: Role
    confidence: float
    reason: str
    since: float
    expires_at: float
    source: str
    is_experimental: bool


class Standings:
    """A table as `build` made it: bytes, or a memory map of a file.

    Raises:
        InputError: It is no table, of another version or another byte order, or damaged.
    """

    def __init__(self, data: Any, where: str = "standings") -> None:
        header, body = read_header(memoryview(data), where)
        self.rows: int = header["rows"]
        self.published_at: float = header["published_at"]
        self.seed: int = header["seed"]
        self.salt: int = header["salt"]
        """Of the template keys; what a guard must make its own with."""
        self._looked_at = [
            (int(name), RequestFacts._fields.index(field), self.seed + name)
            for name, field in _FIELD_OF.items()
            if header["present"] >> name & 1
        ]
        """Of each kind of key that the table holds: its number, its place in the facts, and the seed of its hash."""
        self._subjects: tuple[str, ...] = tuple(header["subjects"])
        self._reasons: tuple[str, ...] = tuple(header["reasons"])
        self._sources: tuple[str, ...] = tuple(header["sources"])
        columns = read_columns(body, header["lengths"])
        self._columns = columns
        self._slots = columns["slot_low"]
        self._slot_row = columns["slot_row"]
        self._high = columns["high"]
        self._following = columns["following"]
        self._expires_at = columns["expires_at"]
        self._mask = len(self._slots) - 1
        self._templates = {(kind, key): row for kind, key, row in header["templates"]}
        self.template_kinds: frozenset[int] = frozenset(kind for kind, _ in self._templates)
        """Kinds of template keys that are worth making."""

    def hits(self, facts: RequestFacts) -> list[Hit]:
        """Rows of the request's keys that hold at its time."""
        found: list[Hit] = []
        slots, mask, digest = self._slots, self._mask, xxhash.xxh3_64_intdigest
        for name, place, seed in self._looked_at:
            value: Any = facts[place]
            if value:
                data = value.encode("utf-8", "surrogatepass")
                if slots[(low := digest(data, seed) or 1) & mask]:
                    self._find(data, low, name, facts.at, found)
        if self._templates and not self._templates.keys().isdisjoint(facts.templates):
            for kind_and_key in facts.templates:
                if (row := self._templates.get(kind_and_key)) is not None:
                    self._chain(row, KeyName.TEMPLATE + kind_and_key[0], facts.at, found)
        return found

    def template_keys(self) -> frozenset[tuple[int, int]]:
        """Number of the kind and key of each template that somebody stands by."""
        return frozenset(self._templates)

    def has(self, name: KeyName, value: str, *, at: float) -> bool:
        """Whether a row of this key holds at a time."""
        found: list[Hit] = []
        data = value.encode("utf-8", "surrogatepass")
        self._find(data, hash_low(data, name, self.seed), name, at, found)
        return bool(found)

    def rows_of(self, name: KeyName, value: str) -> tuple[int, ...]:
        """Rows of one key, those that have run out too; of a template whatever its kind, by the digits of its key."""
        found: list[Hit] = []
        if name is KeyName.TEMPLATE:
            for (kind, key), row in self._templates.items():
                if key == int(value):
                    self._chain(row, KeyName.TEMPLATE + kind, -inf, found)
        else:
            data = value.encode("utf-8", "surrogatepass")
            self._find(data, hash_low(data, name, self.seed), name, -inf, found)
        return tuple(hit.row for hit in found)

    def known(self, row: int) -> Known:
        column = self._columns
        return Known(
            min(column["name"][row], KeyName.TEMPLATE),
            self._subjects[column["subject"][row]],
            ROLES[column["role"][row]],
            column["confidence"][row],
            self._reasons[column["reason"][row]],
            column["since"][row],
            column["expires_at"][row],
            self._sources[column["source"][row]],
            bool(column["experimental"][row]),
        )

    def _find(self, data: bytes, low: int, name: int, at: float, found: list[Hit]) -> None:
        slots, mask = self._slots, self._mask
        place = low & mask
        while here := slots[place]:
            if here == low:
                row = self._slot_row[place]
                if self._high[row] == hash_high(data, name, self.seed):
                    self._chain(row, name, at, found)
                    return
            place = (place + 1) & mask

    def _chain(self, row: int, name: int, at: float, found: list[Hit]) -> None:
        for _ in range(MOST_ROWS_OF_A_KEY):
            if self._expires_at[row] > at:
                found.append(Hit(name, row))
            if not (row := self._following[row]):
                return
