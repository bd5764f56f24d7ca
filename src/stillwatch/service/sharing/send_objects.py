"""Send a bundle to a collection of a TAXII 2.1 server.

sent = send_objects("https://hub.example/taxii2/root/collections/ID/", data, token=token)
sent.accepted, sent.refused
"""

from __future__ import annotations

import ipaddress
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

import orjson

from stillwatch.core.errors import SettingsError
from stillwatch.service.sharing.taxii_client import TaxiiClient
from stillwatch.service.sharing.taxii_way import Shown, TaxiiWay

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE: Final = 1000
"""Objects of one request; servers limit its size."""


class Sent(NamedTuple):
    accepted: int
    pending: int
    refused: tuple[tuple[str, str], ...]
    """(id, why) of the objects that the server did not take."""


def send_objects(collection: str, data: bytes, *, token: str) -> Sent:
    """Send the objects of a bundle, in its order.

    Args:
        collection: Address of the collection; its objects are at `objects/` below.
        data: The bundle.
        token: Bearer token; empty = none.

    Raises:
        SettingsError: The address is none, or would send the token in clear over a network.
        PeerError: The server cannot be reached or refuses.
    """
    way = TaxiiWay(checked_address(collection), Shown(secret=token))
    client = TaxiiClient(way)
    accepted, pending, refused = 0, 0, list[tuple[str, str]]()
    with closing(way):
        for some in _pieces(orjson.loads(data)["objects"]):
            status = client.add(collection, map(orjson.dumps, some))
            accepted += int(status.get("success_count", 0))
            pending += int(status.get("pending_count", 0))
            refused += [(str(one.get("id")), str(one.get("message", ""))) for one in status.get("failures", ())]
    return Sent(accepted, pending, tuple(refused))


def checked_address(url: str) -> str:
    """The address of a collection, if a token may go there. Raises `SettingsError` where not."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(f"{url!r} is no address of a collection", mend="write https://…/collections/ID/")
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise SettingsError("what is sent to it could be read on the way", where=url, mend="write https://")
    return url


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _pieces(objects: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(objects), _AT_ONCE):
        yield objects[start : start + _AT_ONCE]
