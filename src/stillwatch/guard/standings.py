r"""Who stands where, as one flat table that a request path can ask: no database, no object for each account.

>>> from datetime import datetime, UTC
>>> from stillwatch.core.key_standing import KeyStanding, Role
>>> from stillwatch.core.request_facts import KeyName, RequestFacts
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
keys are hashes already, of 64 bits), found by open addressing; the table holds no account id.

Layout: magic, length of the header, header (JSON), then the columns that it lists, all in the machine's byte order.
"""

from __future__ import annotations

import array
import json
import sys
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import xxhash

from stillwatch.core.errors import InputError
from stillwatch.core.key_standing import Role
from stillwatch.core.request_facts import KeyName

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.core.key_standing import KeyStanding
    from stillwatch.core.request_facts import RequestFacts

_MAGIC: Final = b"swstand1"
_LOW: Final = 2**64 - 1
_LEAST_SLOTS: Final = 8
_COLUMNS: Final[tuple[tuple[str, Literal["Q", "I", "B", "d"]], ...]] = (
    ("slot_low", "Q"),
    ("slot_row", "I"),
    ("high", "Q"),
    ("following", "I"),
    ("name", "B"),
    ("role", "B"),
    ("source", "B"),
    ("experimental", "B"),
    ("subject", "I"),
    ("reason", "I"),
    ("confidence", "d"),
    ("since", "d"),
    ("expires_at", "d"),
)
"""Name and type code of each column. `following` chains the rows of one key: number of the next row, 0 = none."""
_ROLES: Final = tuple(Role)
_MENDED_BY: Final = "publish it again"


class Hit(NamedTuple):
    name: int
    """A `KeyName`, or `KeyName.TEMPLATE` plus the kind of a template key."""
    row: int


class Known(NamedTuple):
    """One row; the fields are those of `core.key_standing.KeyStanding`."""

    name: int
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
        view = memoryview(data)
        header, start = _header_of(view, where)
        if xxhash.xxh3_64_intdigest(view[start:]) != header["digest"]:
            raise InputError("the table of standings is damaged", where=where, mend=_MENDED_BY)
        self.rows: int = header["rows"]
        self.published_at: float = header["published_at"]
        self.seed: int = header["seed"]
        self.salt: int = header["salt"]
        """Of the template keys; what a guard must make its own with."""
        self._present: int = header["present"]
        self._subjects: tuple[str, ...] = tuple(header["subjects"])
        self._reasons: tuple[str, ...] = tuple(header["reasons"])
        self._sources: tuple[str, ...] = tuple(header["sources"])
        columns = _columns_of(view[start:], header["lengths"])
        self._columns = columns
        self._slots = columns["slot_low"]
        self._slot_row = columns["slot_row"]
        self._high = columns["high"]
        self._following = columns["following"]
        self._expires_at = columns["expires_at"]
        self._mask = len(self._slots) - 1
        self._templates = {(kind, key): row for kind, key, row in header["templates"]}

    def hits(self, facts: RequestFacts) -> list[Hit]:
        """Rows of the request's keys that hold at its time."""
        found: list[Hit] = []
        present, slots, mask = self._present, self._slots, self._mask
        digest, seed = xxhash.xxh3_64_intdigest, self.seed
        for name, value in (
            (1, facts.account_id),
            (2, facts.api_key_id),
            (3, facts.user_id),
            (4, facts.org_id),
            (5, facts.team_id),
            (6, facts.end_user_id),
            (7, facts.client_address),
            (8, facts.client_prefix),
            (9, facts.client),
        ):
            if value and present >> name & 1 and slots[(low := digest(value.encode(), seed + name)) & mask]:
                self._find(value, low, name, facts.at, found)
        if self._templates and not self._templates.keys().isdisjoint(facts.templates):
            for kind_and_key in facts.templates:
                if (row := self._templates.get(kind_and_key)) is not None:
                    self._chain(row, KeyName.TEMPLATE + kind_and_key[0], facts.at, found)
        return found

    def has(self, name: KeyName, value: str, *, at: float) -> bool:
        """Whether a row of this key holds at a time."""
        found: list[Hit] = []
        self._find(value, xxhash.xxh3_64_intdigest(value.encode(), self.seed + name), name, at, found)
        return bool(found)

    def known(self, row: int) -> Known:
        column = self._columns
        return Known(
            column["name"][row],
            self._subjects[column["subject"][row]],
            _ROLES[column["role"][row]],
            column["confidence"][row],
            self._reasons[column["reason"][row]],
            column["since"][row],
            column["expires_at"][row],
            self._sources[column["source"][row]],
            bool(column["experimental"][row]),
        )

    def _find(self, value: str, low: int, name: int, at: float, found: list[Hit]) -> None:
        slots, mask = self._slots, self._mask
        low = low or 1
        place = low & mask
        while here := slots[place]:
            if here == low:
                row = self._slot_row[place]
                if self._high[row] == _high(value, name, self.seed):
                    self._chain(row, name, at, found)
                    return
            place = (place + 1) & mask

    def _chain(self, row: int, name: int, at: float, found: list[Hit]) -> None:
        while True:
            if self._expires_at[row] > at:
                found.append(Hit(name, row))
            if not (row := self._following[row]):
                return


def build(standings: Iterable[KeyStanding], *, seed: int, salt: int = 0, published_at: float = 0.0) -> bytes:
    """Lay out a table; about 3 µs a row.

    Args:
        standings: In any order; of a key that comes several times all rows are kept.
        seed: Of the hashes, 0 … 2^63 - 1, drawn anew for each deployment so that nobody can aim at a collision.
        salt: That of the store whose template keys the rows hold.
        published_at: Seconds since 1970 UTC.

    Raises:
        InputError: A confidence outside of 0..1, or an empty value.
    """
    rows = list(standings)
    slots = _LEAST_SLOTS
    while slots < 2 * len(rows):
        slots *= 2
    columns: dict[str, array.array[Any]] = {name: array.array(code) for name, code in _COLUMNS}
    columns["slot_low"] = array.array("Q", bytes(8 * slots))
    columns["slot_row"] = array.array("I", bytes(4 * slots))
    subjects, reasons, sources = dict[str, int](), dict[str, int](), dict[str, int]()
    templates = dict[tuple[int, int], int]()
    present = 0
    for row, one in enumerate(rows):
        _check(one)
        name = one.name + one.kind
        present |= 1 << name
        columns["following"].append(0)
        columns["name"].append(name)
        columns["role"].append(_ROLES.index(one.role))
        columns["source"].append(sources.setdefault(one.source, len(sources)))
        columns["experimental"].append(one.is_experimental)
        columns["subject"].append(subjects.setdefault(one.subject, len(subjects)))
        columns["reason"].append(reasons.setdefault(one.reason, len(reasons)))
        columns["confidence"].append(one.confidence)
        columns["since"].append(one.since.timestamp())
        columns["expires_at"].append(one.expires_at.timestamp())
        if one.name == KeyName.TEMPLATE:
            columns["high"].append(0)
            _chain_up(columns["following"], templates.setdefault((one.kind, int(one.value)), row), row)
        else:
            columns["high"].append(_high(one.value, name, seed))
            low = xxhash.xxh3_64_intdigest(one.value.encode(), seed + name) or 1
            _chain_up(columns["following"], _place(columns, low, row), row)
    body = b"".join(_padded(columns[name].tobytes()) for name, _ in _COLUMNS)
    header = {
        "rows": len(rows),
        "byteorder": sys.byteorder,
        "lengths": [len(columns[name]) for name, _ in _COLUMNS],
        "published_at": published_at,
        "seed": seed,
        "salt": salt,
        "present": present,
        "subjects": list(subjects),
        "reasons": list(reasons),
        "sources": list(sources),
        "templates": [[*key, row] for key, row in templates.items()],
        "digest": xxhash.xxh3_64_intdigest(body),
    }
    text = _padded(json.dumps(header).encode())
    return _MAGIC + len(text).to_bytes(8, "little") + text + body


def _check(one: KeyStanding) -> None:
    if not one.value:
        raise InputError("a standing without a value", where=one.subject, mend="name the account, address or client")
    if not 0 <= one.confidence <= 1:
        mend = "give a probability between 0 and 1"
        raise InputError(
            f"confidence {one.confidence} is no probability", where=f"{one.subject}, {one.value}", mend=mend
        )


def _high(value: str, name: int, seed: int) -> int:
    """The second half of a key's hash, asked for only where the first half agrees."""
    return xxhash.xxh3_64_intdigest(value.encode(), ~(seed + name) & _LOW)


def _place(columns: dict[str, array.array[Any]], low: int, row: int) -> int:
    """Enter a row in the slots; give the first row of its key, which may be itself."""
    slots, slot_row, high = columns["slot_low"], columns["slot_row"], columns["high"]
    mask = len(slots) - 1
    place = low & mask
    while here := slots[place]:
        if here == low and high[slot_row[place]] == high[row]:
            return int(slot_row[place])
        place = (place + 1) & mask
    slots[place], slot_row[place] = low, row
    return row


def _chain_up(following: array.array[int], first: int, row: int) -> None:
    """Put a row behind the first of its key."""
    if first != row:
        following[row], following[first] = following[first], row


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)


def _header_of(view: memoryview, where: str) -> tuple[dict[str, Any], int]:
    """The header, and where the columns begin."""
    if bytes(view[:8]) != _MAGIC:
        raise InputError("this is no table of standings of this version", where=where, mend=_MENDED_BY)
    start = 16 + int.from_bytes(view[8:16], "little")
    try:
        header: dict[str, Any] = json.loads(bytes(view[16:start]).rstrip(b"\0"))
    except ValueError as error:
        raise InputError("the table of standings is cut short", where=where, mend=_MENDED_BY) from error
    if header["byteorder"] != sys.byteorder:
        raise InputError("the table was built on a machine of another byte order", where=where, mend=_MENDED_BY)
    return header, start


def _columns_of(view: memoryview, lengths: Sequence[int]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    start = 0
    for (name, code), length in zip(_COLUMNS, lengths, strict=True):
        size = array.array(code).itemsize * length
        columns[name] = view[start : start + size].cast(code)
        start += size + -size % 8
    return columns
