r"""The declaration of an egress watch, a TOML file that people write by hand.

>>> host = '[[host]]\nname = "v"\naddresses = ["10.0.3.7"]\nweights = "400G"\nallowed = ["10.9.0.0/16"]\nday = "20G"\n'
>>> declared = read_egress_budget(TomlText.of(host, "egress.toml"))
>>> declared.hosts[0].day_bytes == 20 * 2**30
True
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Any, Final

from stillwatch.core.egress import EgressBudget, HostBudget
from stillwatch.core.errors import InputError
from stillwatch.core.toml_text import TomlText, suggestion

_TABLE: Final = "host"
_INSIDE: Final = "inside"
_KEYS: Final = ("name", "addresses", "weights", "allowed", "day", "hour", "least", "copy_share")
_NEEDED: Final = ("name", "addresses", "weights", "allowed")
_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGTP]?)(?:I?B)?", re.IGNORECASE)
_UNITS: Final = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40, "P": 50}


def read_egress_budget(toml: TomlText) -> EgressBudget:
    """Read the declaration.

    Raises:
        InputError: It declares no host, or one without what is needed; the error names the line.
    """
    for key in toml.document:
        if key not in (_TABLE, _INSIDE):
            raise InputError(f"unknown key {key!r}", where=toml.at_key(key), mend=suggestion(key, (_TABLE, _INSIDE)))
    tables = toml.document.get(_TABLE, [])
    if not isinstance(tables, list) or not tables:
        mend = 'write [[host]] with name = "...", addresses = ["..."], weights = "400G" and allowed = ["..."]'
        raise InputError("no host is declared", where=toml.name, mend=mend)
    hosts = tuple(_host(table, toml.at_table(_TABLE, number)) for number, table in enumerate(tables))
    names = [host.name for host in hosts]
    for number, name in enumerate(names):
        if name in names[:number]:
            where = toml.at_table(_TABLE, number)
            raise InputError(f"the name {name!r} stands twice", where=where, mend="give each host its own")
    return EgressBudget(hosts=hosts, inside=_networks(toml.document.get(_INSIDE, []), _INSIDE, toml.at_key(_INSIDE)))


def _host(table: Any, where: str) -> HostBudget:
    if not isinstance(table, dict):
        raise InputError("a host is no table", where=where, mend="write [[host]]")
    for key in table:
        if key not in _KEYS:
            raise InputError(f"unknown key {key!r}", where=where, mend=suggestion(key, _KEYS))
    for key in _NEEDED:
        if key not in table:
            mend = "add it; allowed = [] where nothing is allowed"
            raise InputError(f"a host without {key}", where=where, mend=mend)
    addresses = _networks(table["addresses"], "addresses", where)
    if not addresses or not isinstance(table["name"], str) or not table["name"].strip():
        raise InputError("a host without a name or an address", where=where, mend="add them")
    sizes: dict[str, Any] = {
        f"{key}_bytes": _size(table[key], key, where) for key in ("day", "hour", "least") if key in table
    }
    if "copy_share" in table:
        sizes["copy_share"] = _share(table["copy_share"], where)
    return HostBudget(
        name=table["name"].strip(),
        addresses=addresses,
        weights_bytes=_size(table["weights"], "weights", where),
        allowed=_networks(table["allowed"], "allowed", where),
        **sizes,
    )


def _networks(value: Any, key: str, where: str) -> tuple[str, ...]:
    """Addresses and networks, each in one way of writing."""
    mend = f'write {key} = ["10.0.3.7", "10.9.0.0/16"]'
    if not isinstance(value, list):
        raise InputError(f"{key} is no list", where=where, mend=mend)
    return tuple(_network(one, key, where, mend) for one in value)


def _network(value: Any, key: str, where: str, mend: str) -> str:
    try:
        network = ip_network(value if isinstance(value, str) else "", strict=False)
    except ValueError as error:
        raise InputError(f"{value!r} in {key} is neither address nor network", where=where, mend=mend) from error
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def _size(value: Any, key: str, where: str) -> int:
    found = (
        _SIZE.fullmatch(str(value).strip()) if isinstance(value, (str, int)) and not isinstance(value, bool) else None
    )
    size = int(float(found[1]) * 2 ** _UNITS[found[2].upper()]) if found else 0
    if size <= 0:
        raise InputError(
            f"{key} is no size", where=where, mend=f'write {key} = "20G" (2^30 bytes) or a number of bytes'
        )
    return size


def _share(value: Any, where: str) -> float:
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value <= 1:
        return float(value)
    raise InputError("copy_share is no share", where=where, mend="write copy_share = 0.25")
