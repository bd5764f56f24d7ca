"""The reply of an ASGI application on its way to the server: at once where nothing is changed, else rewritten.

A stream goes on event by event. A reply that comes whole is held until its end where something must be left out of it,
since only then it can be read; one that cannot be read is not passed on, as nobody could vouch for what is in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import InputError
from stillwatch.faces.gateway.asgi_body import with_length
from stillwatch.faces.gateway.denial import told_of
from stillwatch.faces.gateway.proxy_headers import to_client
from stillwatch.faces.gateway.proxy_refusal import Refusal
from stillwatch.faces.gateway.reply_kind import LOOKED_AT_BYTES, framing_of, learnt_of, may_be_text
from stillwatch.guard.obligations import apply_to_reply_bytes, changes_reply
from stillwatch.guard.reply_stream import ReplyStream

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from stillwatch.core.decision import Decision

    Message = MutableMapping[str, Any]
    Send = Callable[[Message], Awaitable[None]]

_LARGEST_REPLY: Final = 64 << 20


class AsgiReply:
    """One reply, and what is learnt of it on the way.

    Args:
        send: The server's.
        decision: What to change.
        prompt: What the client has said.
        path: For the shape of an error.
        stop: Called where the reply was ended before the application was done.
    """

    def __init__(self, send: Send, decision: Decision, *, prompt: str, path: str, stop: Callable[[], None]) -> None:
        self._send, self._decision, self._prompt, self._path, self._stop = send, decision, prompt, path, stop
        self._is_changed = changes_reply(decision.obligations)
        self._start: Message | None = None
        self._stream: ReplyStream | None = None
        self.status = 0
        """What the client was told; 0 = nothing yet."""
        self._is_held = False
        self._is_over = False
        self._seen = bytearray()
        self._seen_bytes = 0
        self._tokens = 0
        self._signatures: tuple[str, ...] = ()
        self._response_id = ""

    @property
    def response_id(self) -> str:
        return self._response_id if self._stream is None else self._stream.response_id

    @property
    def tokens(self) -> int:
        return self._tokens if self._stream is None else self._stream.tokens

    @property
    def signatures(self) -> tuple[str, ...]:
        """Of the reasoning that the client was handed."""
        return self._signatures if self._stream is None else self._stream.signatures

    async def __call__(self, message: Message) -> None:
        """Take what the application sends."""
        if self._is_over:
            return
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif message["type"] == "http.response.body":
            await self._go_on(message.get("body", b""), more=message.get("more_body", False))
        else:
            await self._send(message)

    async def _begin(self, message: Message) -> None:
        self.status = message["status"]
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message.get("headers", ())]
        named = {name.lower(): value for name, value in headers}
        content_type = named.get("content-type", "")
        framing = framing_of(content_type)
        is_encoded = named.get("content-encoding", "identity").lower() != "identity"
        if self._is_changed and is_encoded:
            await self._refuse("The model's reply could not be read.")
            return
        if framing is not None and not is_encoded:
            self._stream = ReplyStream(self._decision.obligations, framing, prompt=self._prompt)
        self._is_held = self._is_changed and self._stream is None and may_be_text(content_type)
        told = [*to_client(headers, is_rewritten=self._is_changed), *told_of(self._decision)]
        self._start = {
            **message,
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in told],
        }
        if not self._is_held:
            await self._send(self._start)

    async def _go_on(self, body: bytes, *, more: bool) -> None:
        if self._stream is not None:
            await self._stream_on(self._stream, body, more=more)
        elif self._is_held:
            await self._hold(body, more=more)
        else:
            self._look_at_part(body)
            await self._send({"type": "http.response.body", "body": body, "more_body": more})
            if not more:
                self._learn(bytes(self._seen), bytes(self._seen))

    async def _stream_on(self, stream: ReplyStream, body: bytes, *, more: bool) -> None:
        passed = stream.feed(body) if body else b""
        if not more and not stream.is_stopped:
            passed += stream.close()
        is_last = stream.is_stopped or not more
        if passed or is_last:
            await self._send({"type": "http.response.body", "body": passed, "more_body": not is_last})
        if stream.is_stopped:
            self._end()

    async def _hold(self, body: bytes, *, more: bool) -> None:
        self._seen += body
        if len(self._seen) > _LARGEST_REPLY:
            await self._refuse("The model's reply is too long to be checked.")
        elif not more:
            await self._rewrite(bytes(self._seen))

    async def _rewrite(self, data: bytes) -> None:
        try:
            kept = apply_to_reply_bytes(data, self._decision.obligations)
        except InputError:
            await self._refuse("The model's reply could not be read.")
            return
        self._seen_bytes = len(data)
        self._learn(data, kept)
        start = self._start or {}
        await self._send({**start, "headers": with_length(start["headers"], len(kept))})
        await self._send({"type": "http.response.body", "body": kept, "more_body": False})

    async def _refuse(self, message: str) -> None:
        """Answer in place of the application, which has sent nothing to the client yet."""
        refusal = Refusal(502, message)
        self.status = refusal.status
        await send_refusal(self._send, refusal, self._path)
        self._end()

    def _end(self) -> None:
        self._is_over = True
        self._stop()

    def _look_at_part(self, body: bytes) -> None:
        self._seen_bytes += len(body)
        if len(self._seen) < LOOKED_AT_BYTES:
            self._seen += body

    def _learn(self, data: bytes, kept: bytes) -> None:
        """What a whole reply cost, and which signed reasoning the client was handed in it."""
        self._tokens, self._signatures, self._response_id = learnt_of(data, kept, self._seen_bytes)


async def send_refusal(send: Send, refusal: Refusal, path: str) -> None:
    """What we answer ourselves where a request or its reply can go no further."""
    body = refusal.body(path)
    headers = with_length([(b"content-type", b"application/json")], len(body))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
