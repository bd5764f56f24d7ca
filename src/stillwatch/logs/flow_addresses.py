"""Which addresses of a flow log are of declared hosts, and every address written in one way.

>>> book = AddressBook([("10.0.3.0/28", 0), ("fd00::7", 1)])
>>> written, hosts = book.look_up(pa.chunked_array([["10.0.3.7", "FD00:0::7", "192.0.2.9", "?"]]))
>>> written.to_pylist(), hosts.to_pylist()
(['10.0.3.7', 'fd00::7', '192.0.2.9', None], [0, 1, -1, -1])
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable

NOBODY: Final = -1
_MOST_KNOWN: Final = 1 << 20
"""Addresses that are remembered; looking one up again costs microseconds."""


class _Network(NamedTuple):
    first: int
    last: int
    number: int


class Looked(NamedTuple):
    written: pa.ChunkedArray
    """Text in the one way; null where it is no address."""
    hosts: pa.ChunkedArray
    """Numbers, `NOBODY` where it is of no host."""


class AddressBook:
    """Numbers of hosts by address or network; of networks that overlap the smallest counts."""

    def __init__(self, networks: Iterable[tuple[str, int]]) -> None:
        read = [(ip_network(text, strict=False), number) for text, number in networks]
        read.sort(key=lambda one: -one[0].prefixlen)
        self._networks = {
            version: [
                _Network(int(network.network_address), int(network.broadcast_address), number)
                for network, number in read
                if network.version == version
            ]
            for version in (4, 6)
        }
        self._known: dict[str | None, tuple[str | None, int]] = {None: (None, NOBODY)}

    def look_up(self, column: pa.ChunkedArray) -> Looked:
        """Look up a column of addresses; each distinct one is read once."""
        encoded = column.combine_chunks().dictionary_encode()
        found = [self._one(text) for text in encoded.dictionary.to_pylist()]
        written = pa.array([text for text, _ in found], pa.string())
        numbers = pa.array([number for _, number in found], pa.int64())
        hosts = numbers.take(encoded.indices).fill_null(NOBODY)
        return Looked(pa.chunked_array([written.take(encoded.indices)]), pa.chunked_array([hosts]))

    def _one(self, text: str | None) -> tuple[str | None, int]:
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known = {None: (None, NOBODY)}
            known = self._known[text] = self._read(str(text))
        return known

    def _read(self, text: str) -> tuple[str | None, int]:
        try:
            address: IPv4Address | IPv6Address = ip_address(text.strip().partition("%")[0])
        except ValueError:
            return None, NOBODY
        address = getattr(address, "ipv4_mapped", None) or address
        value = int(address)
        for one in self._networks[address.version]:
            if one.first <= value <= one.last:
                return str(address), one.number
        return str(address), NOBODY
