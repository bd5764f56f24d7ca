"""Where the other end of a flow is, by a declaration.

>>> from stillwatch.core.egress import EgressBudget, HostBudget
>>> host = HostBudget(name="v", addresses=("10.0.3.7",), weights_bytes=1, allowed=("192.0.2.0/24",))
>>> places = Places(EgressBudget(hosts=(host,), inside=("10.0.0.0/8",)))
>>> [places.of(0, address).name for address in ("10.1.1.1", "192.0.2.9", "198.51.100.1", "224.0.0.251")]
['INSIDE', 'ALLOWED', 'OTHER', 'INSIDE']
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from stillwatch.core.egress import Place

if TYPE_CHECKING:
    from collections.abc import Iterable
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    from stillwatch.core.egress import EgressBudget


class Places:
    def __init__(self, budget: EgressBudget) -> None:
        inside = _read(budget.inside)
        self._inside = [(*inside, *_read(host.addresses)) for host in budget.hosts]
        self._allowed = [_read(host.allowed) for host in budget.hosts]

    def of(self, host_no: int, address: str) -> Place:
        """Where an address is, seen from one of the declared hosts. What stays on the link never left: multicast,
        link-local, loopback, and the broadcast to all.
        """
        read = ip_address(address)
        if read.is_multicast or read.is_link_local or read.is_loopback or address == "255.255.255.255":
            return Place.INSIDE
        if _is_in(read, self._inside[host_no]):
            return Place.INSIDE
        return Place.ALLOWED if _is_in(read, self._allowed[host_no]) else Place.OTHER


def _read(networks: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in networks)


def _is_in(address: IPv4Address | IPv6Address, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in networks)
