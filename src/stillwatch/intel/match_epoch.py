"""What everybody knows of an epoch of private matching: whose key it has, from when to when, how much one may ask.

>>> from datetime import UTC, datetime
>>> epoch = Epoch(
...     name="2026-w48",
...     holders=(Holder(url="https://hub.example/matching", public=bytes(range(32))),),
...     begins_at=datetime(2026, 11, 23, tzinfo=UTC),
...     ends_at=datetime(2026, 11, 30, tzinfo=UTC),
...     quota=10_000,
... )
>>> read_epoch(write_epoch(epoch)) == epoch, epoch.id
(True, '2026-w48.630dcd2966c43366')

All members must have the same file, got by a way that the holder of the key does not control (a signed bundle, a page
that all can read): a holder could else give a member a key of its own, and know its tokens again.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from stillwatch.core.errors import InputError
from stillwatch.intel.ristretto import POINT_BYTES

_SCHEMA: Final = "stillwatch.match-epoch/1"
_MEND: Final = "ask for the epoch's file again, from `stillwatch match epoch show`"
EPOCH_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_MOST_HOLDERS: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who has the key, or a share of it."""

    public: bytes
    url: str = ""
    """Where it answers; empty where members are told otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    name: str
    """Lower-case letters, digits and hyphens."""
    holders: tuple[Holder, ...]
    """All of them are asked, and the token is of the sum of their keys."""
    begins_at: datetime
    ends_at: datetime
    """From then on nobody answers, and the key is erased."""
    quota: int
    """How many values one member may ask about in the epoch."""

    @property
    def id(self) -> str:
        """The name and 16 hex digits of SHA-256 of the public keys: what an indicator names as its `key_id`."""
        return f"{self.name}.{hashlib.sha256(b''.join(one.public for one in self.holders)).hexdigest()[:16]}"


def write_epoch(epoch: Epoch) -> bytes:
    """The epoch's file, JSON."""
    plain = {
        "schema": _SCHEMA,
        "id": epoch.id,
        "name": epoch.name,
        "suite": "ristretto255-SHA512, mode 1 (RFC 9497)",
        "begins_at": epoch.begins_at,
        "ends_at": epoch.ends_at,
        "quota": epoch.quota,
        "holders": [{"public": base64.b64encode(one.public).decode(), "url": one.url} for one in epoch.holders],
    }
    return orjson.dumps(plain, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z) + b"\n"


def read_epoch(data: bytes, *, where: str = "") -> Epoch:
    """Read the epoch's file.

    Raises:
        InputError: It is none.
    """
    try:
        read = orjson.loads(data)
        if read["schema"] != _SCHEMA:
            raise InputError(f"an epoch of schema {read['schema']!r}", where=where, mend=_MEND)
        epoch = Epoch(
            name=str(read["name"]),
            holders=tuple(_holder(one) for one in read["holders"]),
            begins_at=_moment(read["begins_at"]),
            ends_at=_moment(read["ends_at"]),
            quota=int(read["quota"]),
        )
        said = read["id"]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"no epoch of private matching: {error}", where=where, mend=_MEND) from error
    if not EPOCH_NAME.fullmatch(epoch.name) or not 0 < len(epoch.holders) <= _MOST_HOLDERS or epoch.quota < 1:
        raise InputError("an epoch without name, holders or quota", where=where, mend=_MEND)
    if said != epoch.id:
        raise InputError("its id is not that of its keys: it was changed", where=where, mend=_MEND)
    return epoch


def joined(shares: tuple[Epoch, ...]) -> Epoch:
    """The epoch whose key is split among the holders of several: each answers for its share.

    Raises:
        InputError: They are not of one name and one time.
    """
    first = shares[0]
    if {(one.name, one.begins_at, one.ends_at) for one in shares} != {(first.name, first.begins_at, first.ends_at)}:
        mend = "open the epoch under one name, with one beginning and end, at each holder"
        raise InputError("the holders' epochs differ", mend=mend)
    holders = tuple(sorted((holder for one in shares for holder in one.holders), key=lambda one: one.public))
    if len({one.public for one in holders}) != len(holders):
        raise InputError("two holders have the same key", mend="name each holder's epoch once")
    return Epoch(
        name=first.name,
        holders=holders,
        begins_at=first.begins_at,
        ends_at=first.ends_at,
        quota=min(one.quota for one in shares),
    )


def _holder(plain: Any) -> Holder:
    public = base64.b64decode(plain["public"], validate=True)
    if len(public) != POINT_BYTES:
        raise ValueError(f"a public key of {len(public)} bytes")
    return Holder(public=public, url=str(plain.get("url", "")))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} names no zone")
    return moment.astimezone(UTC)
