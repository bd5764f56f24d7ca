"""A reverse proxy before any engine that speaks HTTP as OpenAI's or Anthropic's API does, with a guard inside.

Requests are read, decided on, changed where the decision says so, and sent to the engine once: nothing is ever tried
again. A reply goes on as it comes, byte for byte and without delay between the parts of a stream, unless an obligation
says what to leave out. Where the engine dies in the middle the client's connection is cut too, so that no program takes
half a reply for a whole one; where the client goes away the engine's connection is closed, so that it stops working.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

import aiohttp
from aiohttp import HttpVersion11, web
from multidict import CIMultiDict
from yarl import URL

from stillwatch.core.decision import DENIALS
from stillwatch.core.request_facts import BodySeen
from stillwatch.faces.gateway.deadlines import Deadlines
from stillwatch.faces.gateway.denial import denial_of
from stillwatch.faces.gateway.http_message import Asked
from stillwatch.faces.gateway.obligations_header import TAGS_HEADER
from stillwatch.faces.gateway.proxied_reply import ProxiedReply
from stillwatch.faces.gateway.proxy_headers import to_engine
from stillwatch.faces.gateway.proxy_limits import ProxyLimits
from stillwatch.faces.gateway.proxy_metrics import Outcome, ProxyCounts, proxy_metrics
from stillwatch.faces.gateway.proxy_refusal import Refusal
from stillwatch.faces.gateway.proxy_request import goes_through_unread, read_body, refuse_what_is_no_exchange
from stillwatch.faces.gateway.shared_listener import SharedListener
from stillwatch.guard.obligations import apply_to_request, changes_reply, changes_request
from stillwatch.wire.addresses import is_trusted
from stillwatch.wire.headers import Headers
from stillwatch.wire.json_bodies import read_json_body
from stillwatch.wire.loose_json import write_json
from stillwatch.wire.messages import read_request

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from aiohttp.web_request import BaseRequest
    from aiohttp.web_response import StreamResponse

    from stillwatch.core.decision import Decision
    from stillwatch.core.request_facts import RequestFacts
    from stillwatch.faces.gateway.guard_point import GuardPoint
    from stillwatch.faces.gateway.shared_listener import Share

_POOL_S: Final = 2.0
"""An idle connection to the engine is not used again after this: engines close theirs after some seconds, and a
request that meets a closing connection would be lost, since it is not sent twice."""
_WRITTEN_BY_US: Final = frozenset(("User-Agent", "Accept", "Accept-Encoding", "Content-Type"))
_LEFT: Final = "client left"
_LEFT_STATUS: Final = 499
_LINGER_S: Final = 0.5
"""How long the rest of a body that was refused is read, so that the client sees why."""


@dataclass(slots=True)
class _Exchange:
    """One request on its way."""

    request: BaseRequest
    facts: RequestFacts
    decision: Decision
    asked: Asked
    body: bytes | None
    """None = it goes through unread."""


class Proxy:
    """Serves on any number of sockets.

    Args:
        point: Decides.
        engine: Base address of the engine, such as `http://127.0.0.1:11434`.
        limits: What a client may cost.
        on_exchange: Told of each exchange when it is over; must be quick and must not raise.
        on_fault: Told of what went wrong in the proxy itself; the client is told 500.
    """

    def __init__(
        self,
        point: GuardPoint,
        engine: str,
        limits: ProxyLimits | None = None,
        on_exchange: Callable[[RequestFacts, Decision, Outcome], None] | None = None,
        on_fault: Callable[[Exception], None] | None = None,
    ) -> None:
        self._point = point
        self._engine = URL(engine.rstrip("/"))
        self._base = engine.rstrip("/")
        self._limits = limits or ProxyLimits()
        self._on_exchange = on_exchange or (lambda *_: None)
        self._on_fault = on_fault or (lambda _: None)
        self.counts = ProxyCounts()
        self._run = uuid.uuid4().hex
        self._numbers = count()
        self._session: aiohttp.ClientSession | None = None
        self._server: web.Server | None = None
        self._deadlines: Deadlines | None = None
        self._listeners: list[asyncio.AbstractServer | SharedListener] = []

    @property
    def deadlines(self) -> Deadlines | None:
        """The connections, once it listens."""
        return self._deadlines

    @property
    def metrics(self) -> str:
        """In Prometheus' text format."""
        watched = self._deadlines
        if watched is None:
            return proxy_metrics(self.counts, open_connections=0, ended=0, turned_away=0)
        number = len(watched.connections)
        return proxy_metrics(self.counts, open_connections=number, ended=watched.ended, turned_away=watched.turned_away)

    async def listen(self, host: str, port: int, *, is_shared: bool = False) -> int:
        """Listen on TCP; give the port, which the system chooses where 0 is asked for."""
        loop = asyncio.get_running_loop()
        listener = await loop.create_server(self._watched(), host, port, reuse_port=is_shared or None, backlog=2048)
        self._listeners.append(listener)
        return int(listener.sockets[0].getsockname()[1])

    def take_over(self, bound: socket.socket, share: Share) -> None:
        """Listen on a socket that was bound already, with other workers that have inherited it too."""
        self._listeners.append(SharedListener(bound, self._watched(), share))

    @property
    def open_connections(self) -> int:
        return len(self._deadlines.connections) if self._deadlines is not None else 0

    async def drain(self, grace_s: float) -> None:
        """Take no more connections, let what is under way end within the grace, and close."""
        for listener in self._listeners:
            listener.close()
        if self._server is not None:
            self._server.pre_shutdown()
            await self._server.shutdown(grace_s)
        if self._deadlines is not None:
            await self._deadlines.stop()
        if self._session is not None:
            await self._session.close()

    def _watched(self) -> Callable[[], asyncio.Protocol]:
        if self._deadlines is None:
            self._deadlines = self._open()
        return self._deadlines.protocol

    def _open(self) -> Deadlines:
        limits = self._limits
        self._session = _session(limits)
        self._server = web.Server(
            self._handle,
            handler_cancellation=True,
            auto_decompress=False,
            access_log=None,
            logger=logging.Logger("quiet", logging.CRITICAL),  # noqa: LOG001  # it would write what strangers send
            max_line_size=limits.largest_head_bytes,
            max_field_size=limits.largest_head_bytes,
            keepalive_timeout=limits.idle_s,
            lingering_time=_LINGER_S,
        )
        return Deadlines(
            self._server,
            head_s=limits.head_s,
            idle_s=limits.idle_s,
            stall_s=limits.stall_s,
            most_connections=limits.most_connections,
        )

    async def _handle(self, request: BaseRequest) -> StreamResponse:
        deadlines, transport = self._deadlines, request.transport
        assert deadlines is not None  # noqa: S101  # nobody asks before we listen
        deadlines.asked(transport)
        try:
            return await self._answer(request)
        except Refusal as refusal:
            return _refused(refusal, request)
        except Exception as error:  # noqa: BLE001  # one request's fault must not be another's
            self.counts.faults += 1
            self._on_fault(error)
            return _refused(Refusal(500, "This request could not be served."), request)
        finally:
            deadlines.answered(transport)

    async def _answer(self, request: BaseRequest) -> StreamResponse:
        refuse_what_is_no_exchange(request)
        body = None if goes_through_unread(request) else await read_body(request, self._limits)
        exchange = self._checked(request, body)
        if exchange.decision.action in DENIALS:
            denial = denial_of(exchange.decision, request.path)
            self._over(exchange, Outcome(denial.status, "denied"))
            return web.Response(status=denial.status, headers=CIMultiDict(denial.headers), body=denial.body)
        return await self._carried(exchange)

    def _checked(self, request: BaseRequest, body: bytes | None) -> _Exchange:
        path, _, query = request.raw_path.partition("?")
        headers = Headers(request.headers.items())
        asked = Asked(request.method, path, query, headers, body or b"", True, request.remote or "")  # noqa: FBT003
        facts, decision = self._point.checked(asked, path, f"{self._run}-{next(self._numbers):x}", is_whole=True)
        return _Exchange(request, facts, decision, asked, body)

    async def _carried(self, exchange: _Exchange) -> StreamResponse:
        """Send it to the engine, and the reply to the client."""
        session = self._session
        assert session is not None  # noqa: S101  # nobody asks before we listen
        data, prompt = _changed(exchange)
        reply = ProxiedReply(exchange.request, exchange.decision, prompt, self._limits)
        url = URL(self._base + exchange.request.raw_path, encoded=True)
        ended = _LEFT
        status = 0
        try:
            async with session.request(
                exchange.request.method, url, headers=self._headers(exchange), data=data, allow_redirects=False
            ) as found:
                response = await reply.pass_on(found)
            ended, status = "whole", response.status
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            if _is_gone(exchange.request):
                return reply.response or web.Response(status=_LEFT_STATUS)
            if reply.response is not None:
                ended, status = "engine died", reply.response.status
                _cut(exchange.request)
                return reply.response
            ended, status = "engine failed", 504 if isinstance(error, TimeoutError) else 502
            raise Refusal(status, "The model could not be reached.") from error
        except Refusal as refusal:
            ended, status = "refused", refusal.status
            raise
        finally:
            if ended == _LEFT and reply.response is not None:
                ended, status = "whole" if reply.is_whole else _LEFT, reply.response.status
            self._learn(exchange, reply)
            outcome = Outcome(status, ended, reply.tokens, reply.is_exposed, reply.left_out_unread, reply.response_id)
            self._over(exchange, outcome)
        return response

    def _headers(self, exchange: _Exchange) -> CIMultiDict[str]:
        request, decision = exchange.request, exchange.decision
        peer = request.remote or ""  # empty on a Unix socket
        is_proxy = is_trusted(peer, self._point.identity.trusted_proxies)
        headers = CIMultiDict(
            to_engine(
                request.headers.items(),
                peer=peer,
                forwarded_for=request.headers.get("x-forwarded-for", "") if is_proxy else "",
                host=self._engine.raw_authority,
            )
        )
        if exchange.body is None and request.content_length is not None:
            headers["Content-Length"] = str(request.content_length)
        if changes_reply(decision.obligations) or any(charge.counts_tokens for charge in decision.charges):
            headers["Accept-Encoding"] = "identity"
        if decision.obligations.tags:
            headers[TAGS_HEADER] = ", ".join(decision.obligations.tags)
        return headers

    def _learn(self, exchange: _Exchange, reply: ProxiedReply) -> None:
        """Book what the exchange has cost, and remember whose reasoning it handed out."""
        guard = self._point.guard
        if exchange.decision.charges:
            guard.book_tokens(exchange.decision, reply.tokens, self._point.clock())
        if reply.signatures:
            guard.bind_reasoning(exchange.facts, reply.signatures)

    def _over(self, exchange: _Exchange, outcome: Outcome) -> None:
        self.counts.add(outcome)
        self._on_exchange(exchange.facts, exchange.decision, outcome._replace(asked=exchange.asked))


def _session(limits: ProxyLimits) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_POOL_S),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=limits.connect_s, sock_read=limits.engine_s),
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers=_WRITTEN_BY_US,
        auto_decompress=False,
        trust_env=False,
        max_line_size=limits.largest_head_bytes,
        max_field_size=limits.largest_head_bytes,
    )


def _changed(exchange: _Exchange) -> tuple[bytes | aiohttp.StreamReader | None, str]:
    """The body that goes to the engine, and what it says.

    Raises:
        Refusal: It must be changed and cannot be read.
    """
    body, obligations = exchange.body, exchange.decision.obligations
    if body is None:
        return (exchange.request.content if exchange.request.can_read_body else None), ""
    if not body or not changes_request(obligations):
        return body, ""
    seen, fields = read_json_body(body, is_whole=True)
    if seen is not BodySeen.WHOLE:
        raise Refusal(400, "The request's body must be a JSON object.")
    kept = apply_to_request(fields, obligations, exchange.facts.path)
    asked = read_request(fields)
    prompt = f"{asked.system_text or ''}\n{asked.prompt_text or ''}"
    return (body if kept is fields else write_json(kept)), prompt


def _is_gone(request: BaseRequest) -> bool:
    return request.transport is None or request.transport.is_closing()


def _cut(request: BaseRequest) -> None:
    """End the connection so that the client sees that the reply is not whole."""
    if request.transport is None:
        return
    if request.version >= HttpVersion11:
        request.transport.close()
    else:  # there only a reset tells it from the end
        request.transport.abort()


def _refused(refusal: Refusal, request: BaseRequest) -> StreamResponse:
    response = web.Response(status=refusal.status, body=refusal.body(request.path), content_type="application/json")
    if not request.content.is_eof():
        response.force_close()
    return response
