"""A client of TAXII 2.1 that reads any server, whatever it makes of the standard's loose ends.

    client = TaxiiClient(TaxiiWay(url, Shown(secret="…")))
    page = client.objects(url_of_collection, START)
    page = client.objects(url_of_collection, page.cursor)      # what came since

How far one has read is a `Cursor`, which outlives the process. It holds `next` where the server has given one, else the
time at which the last object was added. Servers differ in how they tell that time: some give many objects the same,
and of those a page may hold a part. So the next question goes back to just before that time, and what was at the end of
the last page is left out of the answer. A token that the server no longer knows is dropped, and reading goes on from
the last time; what comes twice then has an id and a version, and harms nobody.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlencode, urljoin

import orjson

from stillwatch.core.errors import InputError, PeerError
from stillwatch.service.sharing.carried_object import microseconds_of, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stillwatch.service.sharing.taxii_way import TaxiiReply, TaxiiWay

_FIRST_ADDED: Final = "x-taxii-date-added-first"
_LAST_ADDED: Final = "x-taxii-date-added-last"
_MOST_SEEN: Final = 10_000
_CLOCKS_DIFFER_US: Final = 60_000_000
"""Where a server tells no times, how far one goes back before the time of its answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a collection has been read."""

    added_after_us: int = 0
    """What the pages that are being read were asked for; microseconds since 1970 UTC."""
    last_added_us: int = 0
    """Of the last object that came."""
    next: str = ""
    """The server's token for the next page; empty where the last one was read."""
    seen: tuple[str, ...] = ()
    """Digests of the objects that came last: of the last page, and of those before that were added at the same time."""


START: Final = Cursor()


class ObjectsPage(NamedTuple):
    objects: tuple[Any, ...]
    """Parsed JSON, those that were seen left out."""
    cursor: Cursor
    """To go on from, once the objects are safe."""
    has_more: bool


class FoundCollection(NamedTuple):
    url: str
    id: str
    title: str
    can_read: bool
    can_write: bool


class TaxiiClient:
    def __init__(self, way: TaxiiWay) -> None:
        self._way = way

    def collections(self, url: str) -> list[FoundCollection]:
        """All that a server shows, by the address of its discovery, of an API root, or of one collection.

        Raises:
            PeerError: It cannot be reached, or refuses.
        """
        document = self._get(url)
        if "can_read" in document and "id" in document:
            return [_found(url, document)]
        if "api_roots" in document:
            roots = [urljoin(url, str(root)) for root in document["api_roots"]]
            return [one for root in roots for one in self._of_root(root)]
        return self._of_root(url)

    def objects(self, url: str, cursor: Cursor, *, limit: int = 1000, types: Sequence[str] = ()) -> ObjectsPage:
        """The next page of a collection, by its address.

        Raises:
            PeerError: The server cannot be reached, refuses, or answers what is no page.
        """
        reply = self._page(url, cursor, limit, types)
        if reply.status == 400 and cursor.next:
            cursor = replace(cursor, added_after_us=max(cursor.added_after_us, cursor.last_added_us - 1), next="")
            reply = self._page(url, cursor, limit, types)
        document = _checked(reply, url)
        objects = document.get("objects", [])
        if not isinstance(objects, list):
            raise PeerError("its objects are no list", where=url, mend="tell who runs the server")
        digests = [_digest(one) for one in objects]
        before = frozenset(cursor.seen)
        fresh = tuple(one for one, digest in zip(objects, digests, strict=True) if digest not in before)
        has_more = document.get("more") is True and bool(objects)
        after = _after(cursor, reply, document, digests, has_more=has_more)
        return ObjectsPage(fresh, after, has_more)

    def add(self, url: str, objects: Iterable[bytes]) -> dict[str, Any]:
        """Send objects, each as JSON, to a collection; gives the status that the server tells.

        Raises:
            PeerError: It cannot be reached, or refuses them all.
        """
        body = b'{"objects":[' + b",".join(objects) + b"]}"
        return _checked(self._way.ask("POST", _under(url, "objects"), body), url)

    def status(self, root: str, status_id: str) -> dict[str, Any]:
        """What became of objects that were sent, by the address of the API root."""
        return self._get(_under(root, f"status/{status_id}"))

    def _of_root(self, root: str) -> list[FoundCollection]:
        url = _under(root, "collections")
        found = self._get(url).get("collections", [])
        return [_found(_under(url, str(one.get("id", ""))), one) for one in found if isinstance(one, dict)]

    def _get(self, url: str) -> dict[str, Any]:
        return _checked(self._way.ask("GET", url), url)

    def _page(self, url: str, cursor: Cursor, limit: int, types: Sequence[str]) -> TaxiiReply:
        asked = {"limit": str(limit)}
        if cursor.added_after_us:
            asked["added_after"] = time_of(cursor.added_after_us)
        if types:
            asked["match[type]"] = ",".join(types)
        if cursor.next:
            asked["next"] = cursor.next
        return self._way.ask("GET", f"{_under(url, 'objects')}?{urlencode(asked, safe='[],:')}")


def _after(
    cursor: Cursor, reply: TaxiiReply, document: dict[str, Any], digests: list[str], *, has_more: bool
) -> Cursor:
    last = max(cursor.last_added_us, _last_added_us(reply, cursor)) if digests else cursor.last_added_us
    token = document.get("next")
    goes_on = _time_of(reply, _FIRST_ADDED) in (None, cursor.last_added_us)
    seen = tuple(dict.fromkeys((*cursor.seen, *digests) if goes_on or not digests else digests))[-_MOST_SEEN:]
    if has_more and isinstance(token, str) and token:
        return replace(cursor, last_added_us=last, next=token, seen=seen)
    return Cursor(added_after_us=max(last - 1, 0), last_added_us=last, seen=seen)


def _last_added_us(reply: TaxiiReply, cursor: Cursor) -> int:
    """When the last object was added, as the server says; where it does not, shortly before it answered."""
    for name in (_LAST_ADDED, _FIRST_ADDED):
        if (told := _time_of(reply, name)) is not None:
            return told
    try:
        answered = parsedate_to_datetime(reply.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return cursor.last_added_us
    return int((answered - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6) - _CLOCKS_DIFFER_US


def _time_of(reply: TaxiiReply, header: str) -> int | None:
    try:
        return microseconds_of(reply.headers.get(header, ""))
    except InputError:
        return None


def _digest(document: Any) -> str:
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def _found(url: str, document: dict[str, Any]) -> FoundCollection:
    return FoundCollection(
        url=url,
        id=str(document.get("id", "")),
        title=str(document.get("title", "")),
        can_read=document.get("can_read") is True,
        can_write=document.get("can_write") is True,
    )


def _under(url: str, name: str) -> str:
    return f"{url.rstrip('/')}/{name}/"


def _checked(reply: TaxiiReply, url: str) -> dict[str, Any]:
    document = reply.document if isinstance(reply.document, dict) else {}
    if 200 <= reply.status < 300:
        if reply.document is not None and not isinstance(reply.document, dict):
            raise PeerError("the answer is no resource of TAXII", where=url, mend="name a server of TAXII 2.1")
        return document
    said = "; ".join(str(document[name]) for name in ("title", "description") if document.get(name))
    raise PeerError(
        f"the server answers {reply.status}{': ' + said[:300] if said else ''}", where=url, mend=_mend(reply)
    )


def _mend(reply: TaxiiReply) -> str:
    if reply.status in (401, 403):
        return "show credentials that it knows, for what they are good for"
    if reply.status in (429, 503):
        return f"wait {reply.headers.get('retry-after', 'a while')} s" if "retry-after" in reply.headers else "wait"
    return "see what it offers: stillwatch taxii list"
