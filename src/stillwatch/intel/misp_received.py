"""What is read of an event of MISP, and how much of it is believed: types are checked, the rest is passed over.

MISP writes numbers and truth values as text or as such, depending on who wrote them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

Loose = str | int | float | bool | None


class Tag(msgspec.Struct, frozen=True):
    name: str = ""


class Organisation(msgspec.Struct, frozen=True):
    name: str = ""
    uuid: str = ""


class MispSighting(msgspec.Struct, frozen=True):
    uuid: str = ""
    type: Loose = "0"
    """0 seen, 1 false positive, 2 expired."""
    date_sighting: Loose = None
    Organisation: Organisation = Organisation()
    source: str = ""


class Attribute(msgspec.Struct, frozen=True):
    type: str
    value: str | int | float | bool
    uuid: str = ""
    object_relation: str | None = None
    comment: str | None = None
    to_ids: Loose = False
    deleted: Loose = False
    timestamp: Loose = None
    first_seen: Loose = None
    last_seen: Loose = None
    Tag: tuple[Tag, ...] = ()
    Sighting: tuple[MispSighting, ...] = ()


class Object(msgspec.Struct, frozen=True):
    name: str
    uuid: str = ""
    deleted: Loose = False
    Attribute: tuple[msgspec.Raw, ...] = ()


class Meta(msgspec.Struct, frozen=True):
    external_id: str | tuple[str, ...] = ()


class Cluster(msgspec.Struct, frozen=True):
    tag_name: str = ""
    meta: Meta = Meta()


class Galaxy(msgspec.Struct, frozen=True):
    GalaxyCluster: tuple[Cluster, ...] = ()


class Event(msgspec.Struct, frozen=True):
    uuid: str
    info: str = ""
    date: str = ""
    timestamp: Loose = None
    Orgc: Organisation | None = None
    Org: Organisation | None = None
    Tag: tuple[Tag, ...] = ()
    Galaxy: tuple[Galaxy, ...] = ()
    Attribute: tuple[msgspec.Raw, ...] = ()
    Object: tuple[msgspec.Raw, ...] = ()


class Enveloped(msgspec.Struct, frozen=True):
    Event: msgspec.Raw


class Response(msgspec.Struct, frozen=True):
    """What a search over MISP's interface gives."""

    response: tuple[Enveloped, ...]


_TRUE: Final = frozenset(("1", "true", "yes"))


def is_true(value: Loose) -> bool:
    return str(value).strip().lower() in _TRUE


def moment(value: Loose) -> datetime | None:
    """A time as MISP writes it: ISO 8601, or seconds since 1970; None where it is none. Without a zone it is UTC."""
    text = str(value).strip() if value is not None else ""
    try:
        if text.isascii() and text.isdigit():
            return datetime.fromtimestamp(int(text[:12]), UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
