"""A server of TAXII 2.1 as a plain ASGI application, to be run by uvicorn or any other server.

    app = TaxiiApp(settings, store, MembersDoor(settings), clock=time.time, new_id=lambda: str(uuid4()))

It carries objects and reads no more of them than whose they are: rights, filters and markings decide who gets what.
Every path but `/livez` asks who it is first, so that a stranger learns nothing, not even which collections there are.
The client's certificate comes in the way that ASGI's TLS extension has it, by `faces.taxii.tls_protocol`.
"""

from __future__ import annotations

import asyncio
import gzip
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from stillwatch.core.errors import PeerError
from stillwatch.faces.taxii.answer import MEDIA_TYPE, Answer, TaxiiError
from stillwatch.faces.taxii.collection_changes import CollectionChanges
from stillwatch.faces.taxii.collection_pages import CollectionPages
from stillwatch.faces.taxii.media_type import accepts_taxii, is_taxii
from stillwatch.faces.taxii.pace import Pace
from stillwatch.faces.taxii.request import ClientGoneError, TaxiiRequest
from stillwatch.faces.taxii.resources import Resources
from stillwatch.service.sharing.access import shown_in

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping

    from stillwatch.faces.taxii.request import Receive, Send
    from stillwatch.service.sharing.access import Caller, Doorkeeper
    from stillwatch.service.sharing.object_store import ObjectStore
    from stillwatch.service.sharing.taxii_settings import Collection, TaxiiSettings

    Scope = MutableMapping[str, Any]

_CHALLENGES: Final = ((b"www-authenticate", b'Basic realm="taxii"'), (b"www-authenticate", b'Bearer realm="taxii"'))
_WORTH_PACKING: Final = 2_048
"""Bytes from which an answer is compressed for whoever takes it so."""
_LONGEST_PATH: Final = 1_024


class TaxiiApp:
    """The application.

    Args:
        settings: What it serves.
        store: The objects.
        doorkeeper: Who may enter, and with what.
        clock: Seconds since 1970 UTC.
        new_id: Makes a UUID.
        on_fault: Told what we have done wrong, in words.
    """

    def __init__(  # noqa: PLR0913  # the world enters as arguments
        self,
        settings: TaxiiSettings,
        store: ObjectStore,
        doorkeeper: Doorkeeper,
        *,
        clock: Callable[[], float],
        new_id: Callable[[], str],
        on_fault: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._settings, self._doorkeeper, self._on_fault = settings, doorkeeper, on_fault
        self._resources = Resources(settings)
        self._pages = CollectionPages(store, settings.limits)
        self._changes = CollectionChanges(store, doorkeeper, settings.limits, clock=clock, new_id=new_id)
        self._pace = Pace(settings.limits.requests_per_minute, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = dict(scope["headers"])
        try:
            answer = await self._answer(scope, headers, receive)
        except ClientGoneError:
            return
        except TaxiiError as error:
            answer = error.answer()
        except PeerError as error:
            self._on_fault(str(error))
            answer = TaxiiError(503, "the store cannot be used now", headers=((b"retry-after", b"5"),)).answer()
        await _send(answer, headers, send, with_body=scope["method"] != "HEAD")

    async def _answer(self, scope: Scope, headers: dict[bytes, bytes], receive: Receive) -> Answer:
        path = _segments(scope)
        if path == ("livez",):
            return Answer()
        caller = self._caller(scope, headers)
        if not accepts_taxii(headers.get(b"accept", b"").decode("latin-1")):
            raise TaxiiError(406, f"this is answered as {MEDIA_TYPE}")
        if wait_s := self._pace.wait_s(caller.name):
            raise TaxiiError(429, "too many requests", headers=((b"retry-after", str(wait_s).encode()),))
        request = TaxiiRequest(
            method="GET" if scope["method"] == "HEAD" else scope["method"],
            path=path,
            query=scope.get("query_string", b""),
            headers=headers,
            caller=caller,
            receive=receive,
        )
        return await self._routed(request)

    def _caller(self, scope: Scope, headers: dict[bytes, bytes]) -> Caller:
        tls = (scope.get("extensions") or {}).get("tls") or {}
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        caller = self._doorkeeper.caller(shown_in(authorization, tls.get("client_cert_sha256", "")))
        if caller is None:
            raise TaxiiError(401, "show a secret or a certificate that is known here", headers=_CHALLENGES)
        return caller

    async def _routed(self, request: TaxiiRequest) -> Answer:
        match request.path:
            case ("taxii2",):
                _allow(request, "GET")
                return Answer.of(self._resources.discovery())
            case (root, *rest) if (information := self._resources.api_root(root)) is not None:
                return await self._in_root(request, root, tuple(rest), information)
        raise TaxiiError(404, "there is no such resource")

    async def _in_root(
        self, request: TaxiiRequest, root: str, path: tuple[str, ...], information: dict[str, Any]
    ) -> Answer:
        match path:
            case ():
                _allow(request, "GET")
                return Answer.of(information)
            case ("status", status_id):
                _allow(request, "GET")
                return await self._changes.status(request.caller, status_id)
            case ("collections",):
                _allow(request, "GET")
                found = self._resources.collections(root, request.caller)
                return Answer.of({"collections": found} if found else {})
            case ("collections", name, *rest):
                collection = self._resources.find(root, name, request.caller)
                if collection is None:
                    raise TaxiiError(404, "there is no such collection")
                return await self._in_collection(request, collection, tuple(rest))
        raise TaxiiError(404, "there is no such resource")

    async def _in_collection(self, request: TaxiiRequest, collection: Collection, path: tuple[str, ...]) -> Answer:
        is_objects = path[:1] == ("objects",)
        _allow(request, "GET", *("POST",) * (path == ("objects",)), *("DELETE",) * (is_objects and len(path) == 2))
        if request.method == "POST":
            return await self._added(request, collection)
        if path:
            _may_read(request.caller, collection)
        if request.method == "DELETE":
            _may_write(request.caller, collection)
            return await self._changes.delete(collection.id, request.caller, request.query, path[1])
        return await self._read(request, collection, path)

    async def _read(self, request: TaxiiRequest, collection: Collection, path: tuple[str, ...]) -> Answer:
        caller, query = request.caller, request.query
        match path:
            case ():
                return Answer.of(self._resources.collection(collection, caller))
            case ("manifest",):
                return await self._pages.manifest(collection.id, query, caller.ceiling)
            case ("objects",):
                return await self._pages.objects(collection.id, query, caller.ceiling)
            case ("objects", object_id):
                return await self._pages.objects(collection.id, query, caller.ceiling, object_id)
            case ("objects", object_id, "versions"):
                return await self._pages.versions(collection.id, query, caller.ceiling, object_id)
        raise TaxiiError(404, "there is no such resource")

    async def _added(self, request: TaxiiRequest, collection: Collection) -> Answer:
        _may_write(request.caller, collection)
        if not is_taxii(request.headers.get(b"content-type", b"").decode("latin-1")):
            raise TaxiiError(415, f"objects are sent as {MEDIA_TYPE}")
        if request.headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise TaxiiError(415, "a body is sent as it is, not compressed")
        body = await request.body(self._settings.limits.body_bytes)
        return await self._changes.add(collection.id, request.caller, body)


def _segments(scope: Scope) -> tuple[str, ...]:
    """The path without its slashes at the ends; the one that the standard wants at the end may be left out."""
    raw = scope.get("raw_path") or scope["path"].encode()
    if len(raw) > _LONGEST_PATH:
        raise TaxiiError(414, "the path is too long")
    parts = raw.partition(b"?")[0].removeprefix(b"/").removesuffix(b"/").split(b"/")
    try:
        return tuple(unquote_to_bytes(part).decode("utf-8") for part in parts)
    except UnicodeDecodeError as error:
        raise TaxiiError(404, "there is no such resource") from error


def _allow(request: TaxiiRequest, *methods: str) -> None:
    if request.method not in methods:
        allowed = ", ".join(methods)
        raise TaxiiError(405, f"here one may {allowed}", headers=((b"allow", allowed.encode()),))


def _may_read(caller: Caller, collection: Collection) -> None:
    if not caller.rights_on(collection.id).can_read:
        raise TaxiiError(403, "this collection is not yours to read")


def _may_write(caller: Caller, collection: Collection) -> None:
    if not caller.rights_on(collection.id).can_write:
        raise TaxiiError(403, "this collection is not yours to write")


async def _send(answer: Answer, asked: dict[bytes, bytes], send: Send, *, with_body: bool) -> None:
    body, headers = answer.body, list(answer.headers)
    if len(body) >= _WORTH_PACKING and b"gzip" in asked.get(b"accept-encoding", b"").lower():
        body = await asyncio.to_thread(gzip.compress, body, 1, mtime=0)
        headers.append((b"content-encoding", b"gzip"))
    headers += [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    headers += [(b"vary", b"accept-encoding"), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body if with_body else b"", "more_body": False})
