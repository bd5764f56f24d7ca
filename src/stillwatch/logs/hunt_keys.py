r"""What an indicator looks like in a store, whose values are salted hashes.

>>> from datetime import UTC, datetime
>>> from stillwatch.core.indicator import Indicator, IndicatorKind
>>> one = Indicator(
...     id="indicator--1",
...     kind=IndicatorKind.PREFIX,
...     value="192.0.2.0/23",
...     campaign_id="campaign--1",
...     confidence=70,
...     valid_from=datetime(2026, 1, 1, tzinfo=UTC),
...     valid_until=datetime(2027, 1, 1, tzinfo=UTC),
... )
>>> [key.facet for key in hunt_keys(one, salt=7, salt_id="").keys]
['prefix', 'prefix']

A store knows addresses, and their /24 (IPv4) or /48 (IPv6); of a client it knows one key of user agent, order of the
headers and TLS fingerprint together. What cannot be asked of it is said, never dropped in silence.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final, NamedTuple

import pyarrow as pa

from stillwatch.core.indicator import Form, IndicatorKind
from stillwatch.core.key_kind import KeyKind
from stillwatch.logs.hashing import combine, hash_text
from stillwatch.wire.addresses import neighbourhood

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from stillwatch.core.indicator import Indicator

_MOST_KEYS: Final = 65_536
"""Keys of one block of addresses: an IPv4 /8, an IPv6 /32."""
_NEAR: Final = {4: 24, 6: 48}
_MOST_ADDRESSES: Final = 256
_CLIENT_FIELDS: Final = 4
"""Of a client's key, see `logs.sketches.client`: user agent, order of the headers, JA4, JA3."""
_LARGEST_KEY: Final = 2**63
_ALONE: Final = "found only where the log knows nothing else of the client"


class HuntKey(NamedTuple):
    facet: str
    """Of the query `hunt_hit`: `account`, `user`, `address`, `prefix`, `client`, `exact` or `key`."""
    kind: int
    """Of `key`: its `KeyKind`; else 0."""
    key: int


class HuntKeys(NamedTuple):
    keys: tuple[HuntKey, ...]
    why: str = ""
    """Where it cannot be asked in full, or at all."""


def hunt_keys(indicator: Indicator, *, salt: int, salt_id: str) -> HuntKeys:
    """The keys to look for.

    Args:
        indicator: Of any kind and form.
        salt: The store's.
        salt_id: What indicators made under that salt name as their `key_id`.
    """
    if indicator.kind is IndicatorKind.TEMPLATE:
        return _template(indicator, salt_id)
    if indicator.form is not Form.CLEAR:
        return HuntKeys((), f"its value is {indicator.form}: only the exchange of private matching can compare it")
    ask = _CLEAR.get(indicator.kind)
    return ask(indicator.value, salt) if ask else HuntKeys((), f"a store keeps nothing of the kind {indicator.kind}")


def _template(indicator: Indicator, salt_id: str) -> HuntKeys:
    if indicator.form is not Form.SALTED or indicator.key_id != salt_id:
        return HuntKeys((), "made under another salt than the store's: members who share templates share a salt")
    try:
        key = int(indicator.value)
    except ValueError:
        return HuntKeys((), f"{indicator.value[:40]!r} is no template key")
    if not -_LARGEST_KEY <= key < _LARGEST_KEY:
        return HuntKeys((), f"{indicator.value[:40]!r} is no template key")
    facet = "exact" if indicator.template_kind == KeyKind.EXACT else "key"
    return HuntKeys((HuntKey(facet, 0 if facet == "exact" else indicator.template_kind, key),))


def _account(value: str, salt: int) -> HuntKeys:
    keys = _hashed([value], salt)
    return HuntKeys(tuple(HuntKey(facet, 0, key) for facet in ("account", "user") for key in keys))


def _address(value: str, salt: int) -> HuntKeys:
    try:
        usual = str(ipaddress.ip_address(value.strip()))
    except ValueError:
        return HuntKeys((), f"{value[:60]!r} is no address")
    spelled = dict.fromkeys((usual, value.strip()))
    return HuntKeys(tuple(HuntKey("address", 0, key) for key in _hashed(list(spelled), salt)))


def _block(value: str, salt: int) -> HuntKeys:
    try:
        block = ipaddress.ip_network(value.strip(), strict=False)
    except ValueError:
        return HuntKeys((), f"{value[:60]!r} is no block of addresses")
    near = _NEAR[block.version]
    if block.prefixlen > near:
        if block.num_addresses > _MOST_ADDRESSES:
            return HuntKeys((), f"a store knows addresses and /{near} blocks, nothing in between")
        return HuntKeys(tuple(HuntKey("address", 0, key) for key in _hashed([str(one) for one in block], salt)))
    if 2 ** (near - block.prefixlen) > _MOST_KEYS:
        return HuntKeys((), f"{value} is too wide to say anything")
    parts = [neighbourhood(str(one.network_address)) or "" for one in block.subnets(new_prefix=near)]
    return HuntKeys(tuple(HuntKey("prefix", 0, key) for key in _hashed(parts, salt)))


def _client(value: str, salt: int) -> HuntKeys:
    agent, order, tls = [*value.split("\x1f"), "", ""][:3]
    return HuntKeys(_clients([(agent, order, tls, ""), (agent, order, "", tls)], salt))


def _agent(value: str, salt: int) -> HuntKeys:
    return HuntKeys(_clients([(value, "", "", "")], salt), _ALONE)


def _handshake(value: str, salt: int) -> HuntKeys:
    return HuntKeys(_clients([("", "", value, "")], salt), _ALONE)


def _clients(tuples: Sequence[tuple[str, str, str, str]], salt: int) -> tuple[HuntKey, ...]:
    columns = [
        hash_text(pa.array([one[place] for one in tuples], pa.large_string()), salt) for place in range(_CLIENT_FIELDS)
    ]
    found = dict.fromkeys(combine(*columns).tolist())
    return tuple(HuntKey("client", 0, key) for key in found if key)


def _hashed(texts: Sequence[str], salt: int) -> list[int]:
    return [key for key in dict.fromkeys(hash_text(pa.array(texts, pa.large_string()), salt).tolist()) if key]


_CLEAR: Final[Mapping[IndicatorKind, Callable[[str, int], HuntKeys]]] = {
    IndicatorKind.ACCOUNT: _account,
    IndicatorKind.ADDRESS: _address,
    IndicatorKind.PREFIX: _block,
    IndicatorKind.CLIENT: _client,
    IndicatorKind.USER_AGENT: _agent,
    IndicatorKind.TLS_JA4: _handshake,
}
"""How a value in the clear is asked for: (value, the store's salt)."""
