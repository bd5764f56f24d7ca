"""Warning lists: what many strangers share, such as the exits of a public cloud or a VPN; the format is MISP's.

>>> cloud = read_warninglist(b'{"name": "A cloud", "type": "cidr", "list": ["198.51.100.0/24"]}', "cloud.json")
>>> Warninglists((cloud,)).names(IndicatorKind.ADDRESS, "198.51.100.7")
('A cloud',)
>>> Warninglists((cloud,)).names(IndicatorKind.PREFIX, "198.51.0.0/16")
('A cloud',)

An address on such a list says nothing of whoever used it: it leaves only beside something of the operator's own, and
never counts as proof where it is looked for (`spare`, `service.sharing.retro_hunt`). Lists are supplied by the user.
"""

from __future__ import annotations

import ipaddress
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.core.errors import InputError
from stillwatch.core.indicator import IndicatorKind

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXTS: Final = ("string", "hostname", "substring")

Ranges = tuple[tuple[int, ...], tuple[int, ...]]
"""First and last numbers of stretches of addresses that neither touch nor overlap, ascending: ask with `bisect`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warninglist:
    name: str
    ranges: dict[int, Ranges]
    """By version of the protocol, 4 or 6."""
    domains: frozenset[str]
    """Lower case; each stands for itself and whatever is below it."""


@dataclass(frozen=True, slots=True)
class Warninglists:
    """Several lists; none = nobody has supplied any, which `is_empty` tells apart from "on none"."""

    lists: tuple[Warninglist, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.lists

    def names(self, kind: IndicatorKind, value: str) -> tuple[str, ...]:
        """The lists that an address, a block of addresses or a domain is on, as far as a part of it is."""
        if kind in (IndicatorKind.ADDRESS, IndicatorKind.PREFIX):
            return self._of_block(value)
        if kind is IndicatorKind.DOMAIN:
            names = _and_above(value)
            return tuple(one.name for one in self.lists if not one.domains.isdisjoint(names))
        return ()

    def _of_block(self, value: str) -> tuple[str, ...]:
        try:
            block = ipaddress.ip_network(value.strip(), strict=False)
        except ValueError:
            return ()
        first, last = int(block.network_address), int(block.broadcast_address)
        return tuple(one.name for one in self.lists if _overlaps(one.ranges.get(block.version), first, last))


def read_warninglist(data: bytes, where: str) -> Warninglist:
    """Read the JSON of one list; an entry that is neither an address nor a name is passed over.

    Raises:
        InputError: It is no warning list, or of a type that is not understood (`regex`).
    """
    try:
        plain: Any = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InputError(f"no JSON: {error}", where=where, mend=_MEND) from error
    entries = plain.get("list") if isinstance(plain, dict) else None
    if not isinstance(entries, list) or not isinstance(plain.get("name"), str):
        raise InputError("no warning list: it needs `name`, `type` and `list`", where=where, mend=_MEND)
    texts = [one.strip() for one in entries if isinstance(one, str)]
    match plain.get("type"):
        case "cidr":
            return Warninglist(name=plain["name"], ranges=_ranges(texts), domains=frozenset())
        case kind if kind in _TEXTS:
            names = frozenset(one.lower().strip(".") for one in texts if one)
            return Warninglist(name=plain["name"], ranges=_ranges(texts), domains=names)
        case kind:
            raise InputError(f"a warning list of type {kind!r} is not understood", where=where, mend=_MEND)


_MEND: Final = "give lists of type cidr, string, hostname or substring, as MISP's warninglists are"


def _ranges(texts: Sequence[str]) -> dict[int, Ranges]:
    found: dict[int, list[tuple[int, int]]] = {}
    for text in texts:
        try:
            block = ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue
        found.setdefault(block.version, []).append((int(block.network_address), int(block.broadcast_address)))
    return {version: _merged(sorted(blocks)) for version, blocks in found.items()}


def _merged(blocks: Sequence[tuple[int, int]]) -> Ranges:
    firsts, lasts = list[int](), list[int]()
    for first, last in blocks:
        if lasts and first <= lasts[-1] + 1:
            lasts[-1] = max(lasts[-1], last)
        else:
            firsts.append(first)
            lasts.append(last)
    return tuple(firsts), tuple(lasts)


def _overlaps(ranges: Ranges | None, first: int, last: int) -> bool:
    if ranges is None:
        return False
    firsts, lasts = ranges
    place = bisect_right(firsts, last) - 1
    return place >= 0 and lasts[place] >= first


def _and_above(domain: str) -> frozenset[str]:
    """A name and those above it, without the last label alone: a list of `com` would be of everybody."""
    labels = domain.lower().strip(".").split(".")
    return frozenset(".".join(labels[start:]) for start in range(max(1, len(labels) - 1)))
