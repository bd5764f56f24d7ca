"""Client addresses as functions of keys: homes spread over providers of uneven size, datacentres, VPN exits.

Ranges come from files of CIDR lines when given; the built-in ones are reserved blocks that nobody is reached at.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.core.errors import InputError
from stillwatch.evaluation.keys import Floats, Ints, Keys, below, indices, mix, uniform

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

_HOME_FIRST: Final = 0xF0000000  # 240.0.0.0/4 is reserved: no household is named
_HOME_BLOCKS: Final = 6000
_DATACENTRE: Final = ("198.18.0.0/17",)
_VPN: Final = ("198.19.128.0/20", "203.0.113.0/24")


class Networks:
    def __init__(self, datacentre_file: Path | None, vpn_file: Path | None) -> None:
        self._ranges = {
            "datacentre": _read_ranges(datacentre_file, _DATACENTRE),
            "vpn": _read_ranges(vpn_file, _VPN),
        }

    def address(self, network: str, keys: Keys) -> NDArray[np.uint32]:
        """One address a key in `home`, `datacentre` or `vpn`."""
        if network == "home":
            popular = np.floor(_HOME_BLOCKS * uniform(mix(keys, 1)) ** 2.5)
            block = below(mix(popular.astype(np.int64), 77), 1 << 14)
            return (_HOME_FIRST + (block << 14) + below(mix(keys, 2), 1 << 14)).astype(np.uint32)
        first, size, reached = self._ranges[network]
        chosen = np.searchsorted(reached, uniform(mix(keys, 3)), side="right")
        return (first[chosen] + (uniform(mix(keys, 4)) * size[chosen]).astype(np.int64)).astype(np.uint32)


def address_text(addresses: NDArray[np.uint32]) -> pa.Array:
    octets = pa.array([str(number) for number in range(256)])
    parts = [octets.take(indices((addresses >> np.uint32(shift)) & np.uint32(255))) for shift in (24, 16, 8, 0)]
    return pc.binary_join_element_wise(*parts, ".")


def _read_ranges(path: Path | None, built_in: tuple[str, ...]) -> tuple[Ints, Ints, Floats]:
    lines = built_in if path is None else tuple(path.read_text(encoding="utf-8").split("\n"))
    try:
        networks = [IPv4Network(line.strip()) for line in lines if line.strip() and not line.startswith("#")]
    except ValueError as error:
        raise InputError(str(error), where=str(path), mend="one IPv4 range a line, like 198.18.0.0/15") from error
    if not networks:
        raise InputError("no ranges", where=str(path), mend="one IPv4 range a line")
    first = np.array([int(network.network_address) for network in networks], np.int64)
    size = np.array([network.num_addresses for network in networks], np.int64)
    weight = np.sqrt(size.astype(np.float64))
    return first, size, np.cumsum(weight) / weight.sum()
