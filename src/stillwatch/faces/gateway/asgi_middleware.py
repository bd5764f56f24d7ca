r"""The guard inside of an ASGI application, such as vLLM's server or any of FastAPI or Starlette.

    STILLWATCH_SETTINGS=/etc/stillwatch/guard.toml \
        vllm serve MODEL --middleware stillwatch.faces.gateway.asgi_middleware.GuardMiddleware

Added last it is outermost: it runs before the application's own authentication, so that it sees every request, also to
paths that the application's keys do not protect. Each request with a body is decided on, whatever its path.
"""

from __future__ import annotations

import secrets
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from stillwatch.core.decision import DENIALS
from stillwatch.core.request_facts import BodySeen
from stillwatch.faces.gateway.asgi_body import ReplayedBody, read_body, with_length
from stillwatch.faces.gateway.asgi_reply import AsgiReply, send_refusal
from stillwatch.faces.gateway.denial import denial_of
from stillwatch.faces.gateway.http_message import Asked
from stillwatch.faces.gateway.obligations_header import TAGS_HEADER
from stillwatch.faces.gateway.open_point import open_point
from stillwatch.faces.gateway.proxy_refusal import Refusal
from stillwatch.faces.gateway.proxy_request import is_unread
from stillwatch.guard.obligations import apply_to_request, changes_reply, changes_request
from stillwatch.wire.headers import Headers
from stillwatch.wire.json_bodies import read_json_body
from stillwatch.wire.loose_json import write_json
from stillwatch.wire.messages import read_request

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from stillwatch.core.decision import Decision, Obligations
    from stillwatch.faces.gateway.guard_point import Checked, GuardPoint

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Scope, Receive, Send], Awaitable[None]]

_LARGEST_BODY: Final = 64 << 20
_OURS: Final = b"x-stillwatch-"
"""What begins so is said by a guard; of a client nobody believes it."""
_BODIES: Final = frozenset(("POST", "PUT", "PATCH"))


class GuardMiddleware:
    """Pure ASGI: nothing is wrapped that need not be.

    Args:
        app: What is guarded.
        settings: The file of the guard's settings; where it is empty, the environment names it.
        point: A guard that is open already, in place of both.
        largest_body_bytes: A longer body is refused.
    """

    def __init__(
        self, app: App, settings: str = "", *, point: GuardPoint | None = None, largest_body_bytes: int = _LARGEST_BODY
    ) -> None:
        self._app = app
        self._point = point if point is not None else open_point(settings).point
        self._largest_body_bytes = largest_body_bytes
        self._run = secrets.token_hex(4)
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _BODIES:
            await self._app(scope, receive, send)
            return
        path = _path_of(scope)
        try:
            await self._guarded(scope, path, receive, send)
        except Refusal as refusal:
            await send_refusal(send, refusal, path)

    async def _guarded(self, scope: Scope, path: str, receive: Receive, send: Send) -> None:
        reads = not is_unread(scope["method"], path)
        body = await read_body(receive, self._largest_body_bytes) if reads else b""
        if body is None:
            return  # the client went away before it had asked
        asked = _asked(scope, path, body)
        checked = self._point.checked(asked, path, f"{self._run}-{next(self._numbers):x}", is_whole=True)
        decision = checked.decision
        if decision.action in DENIALS:
            self._point.over(checked, asked, await _send_denial(send, decision, path))
            return
        body, prompt = _changed(body, checked) if body else (body, "")
        handed = _as_asked(scope, len(body) if reads else None, decision.obligations)
        replayed = ReplayedBody(body if reads else None, receive)
        if not self._is_awaited(decision):
            await self._app(handed, replayed, send)
            return
        reply = AsgiReply(send, decision, prompt=prompt, path=path, stop=replayed.end)
        try:
            await self._app(handed, replayed, reply)
        finally:
            self._point.guard.book_tokens(decision, reply.tokens, self._point.clock())
            self._point.guard.bind_reasoning(checked.facts, reply.signatures)
            self._point.over(checked, asked, reply.status, reply.tokens, reply.response_id)

    def _is_awaited(self, decision: Decision) -> bool:
        """Whether anything is left to be done about the reply, or to be learnt of it."""
        return (
            self._point.on_exchange is not None
            or changes_reply(decision.obligations)
            or bool(decision.applied)
            or self._point.guard.guarded.binds_reasoning
            or any(one.counts_tokens for one in decision.charges)
        )


def _asked(scope: Scope, path: str, body: bytes) -> Asked:
    headers = Headers((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    client = scope.get("client")
    query = scope.get("query_string", b"").decode("latin-1")
    return Asked(scope["method"], path, query, headers, body, True, client[0] if client else "")  # noqa: FBT003


def _path_of(scope: Scope) -> str:
    """As it was written: what routes by it may decode it, but a list of uploads must not be entered by a detour."""
    raw = scope.get("raw_path")
    return raw.decode("latin-1").partition("?")[0] if raw else quote(scope["path"])


def _changed(body: bytes, checked: Checked) -> tuple[bytes, str]:
    """The body that goes to the application, and what it says.

    Raises:
        Refusal: It must be changed and cannot be read.
    """
    obligations = checked.decision.obligations
    if not changes_request(obligations):
        return body, ""
    read = read_json_body(body, is_whole=True)
    if read.seen is not BodySeen.WHOLE:
        raise Refusal(400, "The request's body must be a JSON object.")
    kept = apply_to_request(read.fields, obligations, checked.facts.path)
    said = read_request(read.fields)
    prompt = f"{said.system_text or ''}\n{said.prompt_text or ''}"
    return (body if kept is read.fields else write_json(kept)), prompt


def _as_asked(scope: Scope, length: int | None, obligations: Obligations) -> Scope:
    """What the application is told of the request; `length` is that of a body that we have read."""
    headers = [pair for pair in scope["headers"] if not pair[0].lower().startswith(_OURS)]
    if length is not None:
        headers = with_length(headers, length)
    if obligations.tags:
        headers.append((TAGS_HEADER.encode(), ", ".join(obligations.tags).encode()))
    return {**scope, "headers": headers}


async def _send_denial(send: Send, decision: Decision, path: str) -> int:
    """Refuse; give the status."""
    denial = denial_of(decision, path)
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in denial.headers]
    await send(
        {"type": "http.response.start", "status": denial.status, "headers": with_length(headers, len(denial.body))}
    )
    await send({"type": "http.response.body", "body": denial.body, "more_body": False})
    return denial.status
