"""Addresses of clients: whose request a proxy passes on, and which neighbourhood an address is of.

>>> neighbourhood("192.0.2.7"), neighbourhood("2001:db8:1:2::3")
('192.0.2', '2001:db8:1::/48')
>>> client_address("203.0.113.9, 10.0.0.2", peer="127.0.0.1", trusted=("127.0.0.0/8", "10.0.0.0/8"))
'203.0.113.9'
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Final

_LONGEST: Final = 64
_MOST_HOPS: Final = 32
_CACHED: Final = 16_384
"""Addresses that are remembered, since parsing one costs more than the rest of a decision."""


def client_address(forwarded: str, *, peer: str, trusted: tuple[str, ...]) -> str:
    """The address that sent the request.

    Args:
        forwarded: The proxies' list, each having added whom it was asked by; believed from the end, hop by hop, and
            only as far as a trusted proxy wrote it.
        peer: Whoever opened the connection to us; empty = through a Unix socket.
        trusted: Networks of proxies.
    """
    nearest = _bare(peer)
    if not forwarded or (peer and not nearest) or not is_trusted(nearest, trusted):
        return nearest
    hops = reversed(forwarded.rsplit(",", _MOST_HOPS)[-_MOST_HOPS:]) if "," in forwarded else (forwarded,)
    for hop in hops:
        address = _bare(hop)
        if not address:
            return nearest
        nearest = address
        if not is_trusted(address, trusted):
            return nearest
    return nearest


@lru_cache(maxsize=_CACHED)
def is_trusted(address: str, trusted: tuple[str, ...]) -> bool:
    """Whether an address is that of a proxy; an empty one is a Unix socket's, which the file's permissions guard."""
    if not address:
        return True
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in map(_network, trusted))


def neighbourhood(address: str | None) -> str | None:
    """Give the /24 or /48 of an address, in a form that is equal for neighbours; a hashed or malformed one has none."""
    if not address:
        return None
    if address.count(".") == 3 and address.replace(".", "").isdecimal() and address.isascii():
        return address[: address.rindex(".")]
    return _wide_neighbourhood(address) if len(address) <= _LONGEST else None


@lru_cache(maxsize=_CACHED)
def _wide_neighbourhood(address: str) -> str | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    prefix = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, prefix), strict=False))


@lru_cache(maxsize=64)
def _network(name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(name, strict=False)


def _bare(address: str) -> str:
    """An address in its usual form, without brackets and port; empty if it is none."""
    return _usual_form(address.strip()) if len(address) <= _LONGEST else ""


@lru_cache(maxsize=_CACHED)
def _usual_form(found: str) -> str:
    if found.startswith("["):
        found = found[1:].partition("]")[0]
    elif found.count(":") == 1:
        found = found.partition(":")[0]
    try:
        parsed = ipaddress.ip_address(found)
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if parsed.version == 6 else None
    return str(mapped or parsed)
