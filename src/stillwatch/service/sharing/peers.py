r"""Whom a deployment listens to, and how far: the file `peers.toml`.

>>> peers = read_peers(
...     '''
... identity = "identity--5a1c8e52-6a3f-4f0a-9d0e-0d6f3f6d7c10"
... [[producer]]
... id = "identity--fb2e2c4f-5d6b-4b9e-8a7a-0d6f3f6d7c11"
... name = "lab-a"
... accept = "reviewed"
... [[source]]
... name = "hub"
... vouches = true
... ''',
...     "peers.toml",
... )
>>> peers.producers["identity--fb2e2c4f-5d6b-4b9e-8a7a-0d6f3f6d7c11"].accept
<Accept.REVIEWED: 'reviewed'>

Who is not in it is heard all the same, and kept in quarantine until a person has looked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeVar

from stillwatch.core.errors import SettingsError
from stillwatch.core.toml_text import TomlText, suggestion
from stillwatch.intel.warninglists import Warninglists

if TYPE_CHECKING:
    from collections.abc import Mapping


class Accept(StrEnum):
    """What of a producer's reaches the guard before a person has looked. `nothing`; `reviewed`: what a person has
    looked at before it was sent; `all`: what a machine sent by itself, too.
    """

    NOTHING = "nothing"
    REVIEWED = "reviewed"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    id: str
    """STIX id of its identity."""
    name: str = ""
    accept: Accept = Accept.NOTHING
    is_heard: bool = False
    """Whether what it says of other producers' campaigns, that it confirms or denies them, counts here."""
    shares_accounts: bool = False
    """Its account ids are ours, as a reseller's may be; of anybody else an equal id is another customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A server, or a folder."""

    name: str
    vouches: bool = False
    """It lets a producer send only what is his own, so that what it delivers needs no signature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peers:
    identity: str = ""
    """STIX id of this deployment's own identity."""
    longest_days: float = 180.0
    """Nothing received holds for longer, whatever it says."""
    producers: Mapping[str, Producer] = field(default_factory=dict)
    sources: Mapping[str, Source] = field(default_factory=dict)
    lists: Warninglists = field(default_factory=Warninglists)
    """What strangers share: an address on them, told alone, is refused. They are no part of the file."""


_Entry = TypeVar("_Entry", Producer, Source)
_TABLES: Final = ("producer", "source")
_SINGLE: Final = ("identity", "longest_days")


def read_peers(text: str, where: str) -> Peers:
    """Read the file; `where` is its name.

    Raises:
        InputError: It is no TOML.
        SettingsError: A field is unknown, missing or of the wrong kind; names the line.
    """
    read = TomlText.of(text, where)
    for name in read.document:
        if name not in (*_TABLES, *_SINGLE):
            mend = suggestion(name, (*_TABLES, *_SINGLE))
            raise SettingsError(f"unknown field {name!r}", where=read.at_key(name), mend=mend)
    identity, longest_days = read.document.get("identity", ""), read.document.get("longest_days", 180.0)
    if not isinstance(identity, str):
        raise SettingsError("identity is a text", where=read.at_key("identity"), mend='write identity = "identity--…"')
    if isinstance(longest_days, bool) or not isinstance(longest_days, int | float) or longest_days <= 0:
        mend = "write longest_days = 180"
        raise SettingsError("longest_days is a number above 0", where=read.at_key("longest_days"), mend=mend)
    return Peers(
        identity=identity,
        longest_days=float(longest_days),
        producers={one.id: one for one in _entries(read, "producer", Producer(id=""))},
        sources={one.name: one for one in _entries(read, "source", Source(name=""))},
    )


def _entries(read: TomlText, table: str, usual: _Entry) -> list[_Entry]:
    kinds = {one.name: getattr(usual, one.name) for one in fields(usual)}
    found = read.document.get(table, [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise SettingsError(f"{table} is a table", where=read.at_key(table), mend=f"write it as [[{table}]]")
    return [_entry(read, f"{read.at_table(table, place)}", plain, kinds, usual) for place, plain in enumerate(found)]


def _entry(read: TomlText, where: str, plain: dict[str, Any], kinds: dict[str, Any], usual: _Entry) -> _Entry:
    line = int(where.rpartition(":")[2]) if ":" in where else 1
    for name, value in plain.items():
        if name not in kinds:
            raise SettingsError(f"unknown field {name!r}", where=read.at_key(name, line), mend=suggestion(name, kinds))
        wanted = bool if isinstance(kinds[name], bool) else str
        if not isinstance(value, wanted):
            mend = "write true or false" if wanted is bool else f'write {name} = "…"'
            raise SettingsError(f"{name} is of another kind", where=read.at_key(name, line), mend=mend)
    first = fields(usual)[0].name
    if not plain.get(first):
        raise SettingsError(f"{first} is missing", where=where, mend=f'add {first} = "…"')
    if "accept" in plain:
        if plain["accept"] not in tuple(Accept):
            mend = suggestion(plain["accept"], Accept)
            raise SettingsError(f"unknown value {plain['accept']!r}", where=read.at_key("accept", line), mend=mend)
        plain = {**plain, "accept": Accept(plain["accept"])}
    return type(usual)(**plain)
