r"""The guard inside of the router of vLLM's production stack, as its callbacks.

    STILLWATCH_SETTINGS=/etc/stillwatch/guard.toml \
        vllm-router --callbacks stillwatch.faces.gateway.vllm_router.GUARD ...

The router lets its callbacks refuse a request, and shows them the whole reply when it is over. It lets them change
neither, and does not ask them where prefill is disaggregated: a request whose answer must be changed is answered as the
policy declares for what cannot be decided on. Engines behind it can run `faces.gateway.asgi_middleware` instead.
"""

from __future__ import annotations

import secrets
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from starlette.responses import Response

from stillwatch.core.decision import DENIALS, NO_OBLIGATIONS
from stillwatch.faces.gateway.denial import denial_of
from stillwatch.faces.gateway.http_message import Asked
from stillwatch.faces.gateway.open_point import open_point
from stillwatch.faces.gateway.reply_kind import learnt_of
from stillwatch.guard.reply_stream import ReplyStream
from stillwatch.wire.headers import Headers

if TYPE_CHECKING:
    from starlette.requests import Request

    from stillwatch.faces.gateway.guard_point import GuardPoint

_EVENTS: Final = (b"data:", b"event:", b":")


class RouterGuard:
    """What the router calls; it needs no class of the router's."""

    def __init__(self, point: GuardPoint) -> None:
        self._point = point
        self._run = secrets.token_hex(4)
        self._numbers = count(1)

    def pre_request(self, request: Request, request_body: bytes, request_json: Any) -> Response | None:
        """Refuse, or let it go on."""
        del request_json  # read from its bytes, as everywhere
        path = request.url.path
        peer = request.client.host if request.client else ""
        headers = Headers(request.headers.items())
        asked = Asked(request.method, path, request.url.query, headers, request_body, True, peer)  # noqa: FBT003
        checked = self._point.checked(asked, path, f"{self._run}-{next(self._numbers):x}", is_whole=True)
        decision = checked.decision
        if decision.action not in DENIALS and decision.obligations != NO_OBLIGATIONS:
            decision = self._point.guard.fail(checked.facts, "this router changes neither requests nor replies")
            checked = checked._replace(decision=decision)
        request.state.stillwatch = (asked, checked)
        if decision.action not in DENIALS:
            return None
        denial = denial_of(decision, path)
        self._point.over(checked, asked, denial.status)
        return Response(denial.body, denial.status, dict(denial.headers))

    def post_request(self, request: Request, response_content: bytes) -> None:
        """Book what the reply has cost, and remember whose reasoning it handed out; its status we are not told."""
        asked, checked = request.state.stillwatch
        if response_content.lstrip().startswith(_EVENTS):
            stream = ReplyStream(NO_OBLIGATIONS)
            stream.feed(response_content)
            stream.close()
            tokens, signatures, response_id = stream.tokens, stream.signatures, stream.response_id
        else:
            tokens, signatures, response_id = learnt_of(response_content, response_content)
        self._point.guard.book_tokens(checked.decision, tokens, self._point.clock())
        self._point.guard.bind_reasoning(checked.facts, signatures)
        self._point.over(checked, asked, 0, tokens, response_id)


def __getattr__(name: str) -> RouterGuard:
    """Open the guard when the router asks for it by name, not when this file is read."""
    if name != "GUARD":
        raise AttributeError(name)
    return RouterGuard(open_point().point)
