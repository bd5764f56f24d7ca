"""Pass an engine's reply on to the client: at once and untouched where nothing is to be changed, else rewritten.

A reply that must be rewritten and cannot be read is not passed on: nobody could vouch for what is in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import hdrs
from aiohttp.web_response import Response, StreamResponse
from multidict import CIMultiDict

from stillwatch.core.decision import Exposed, Withhold
from stillwatch.core.errors import InputError
from stillwatch.faces.gateway.denial import told_of
from stillwatch.faces.gateway.proxy_headers import to_client
from stillwatch.faces.gateway.proxy_refusal import Refusal
from stillwatch.faces.gateway.reply_kind import LOOKED_AT_BYTES, exposes, framing_of, kind_of, learnt_of, may_be_text
from stillwatch.guard.obligations import apply_to_reply_bytes, changes_reply
from stillwatch.guard.reply_stream import ReplyStream

if TYPE_CHECKING:
    from aiohttp import ClientResponse
    from aiohttp.web_request import BaseRequest

    from stillwatch.core.decision import Decision
    from stillwatch.faces.gateway.proxy_limits import ProxyLimits
    from stillwatch.wire.event_frames import Framing

_SHORT: Final = 1 << 18
"""A reply that says it is no longer than this, and is no stream, goes on in one piece."""


class ProxiedReply:
    """One reply, and what is learnt of it on the way.

    Args:
        request: The client's.
        decision: What to change.
        prompt: What the client has said.
    """

    def __init__(self, request: BaseRequest, decision: Decision, prompt: str, limits: ProxyLimits) -> None:
        self._request = request
        self._decision = decision
        self._prompt = prompt
        self._limits = limits
        self._is_changed = changes_reply(decision.obligations)
        self.response: StreamResponse | None = None
        """Once its head has gone to the client."""
        self._passed: ReplyStream | None = None
        """The stream, while all that has come of it has gone to the client."""
        self.tokens = 0
        self.signatures: tuple[str, ...] = ()
        self.response_id = ""
        self.is_exposed = False
        self.left_out_unread = 0

    @property
    def is_whole(self) -> bool:
        """Whether a stream's last event has gone to the client, which need not wait for what ends the connection."""
        return self._passed is not None and self._passed.is_whole

    async def pass_on(self, reply: ClientResponse) -> StreamResponse:
        """Pass all of it on.

        Raises:
            Refusal: It must be rewritten and cannot be read.
        """
        content_type = reply.headers.get("content-type", "")
        framing = framing_of(content_type)
        is_encoded = reply.headers.get("content-encoding", "identity").lower() != "identity"
        if self._is_changed and is_encoded:
            raise Refusal(502, "The model's reply could not be read.")
        if framing is not None and not is_encoded:
            return await self._stream(reply, framing)
        if self._is_changed and may_be_text(content_type) and self._request.method != hdrs.METH_HEAD:
            return await self._rewrite(reply)
        return await self._copy(reply, is_read=kind_of(content_type) == "application/json" and not is_encoded)

    async def _stream(self, reply: ClientResponse, framing: Framing) -> StreamResponse:
        stream = ReplyStream(self._decision.obligations, framing, prompt=self._prompt)
        response = await self._begin(reply)
        try:
            async for part in reply.content.iter_any():
                self._passed = None
                if passed := stream.feed(part):
                    await response.write(passed)
                self._passed = stream
                if stream.is_stopped:
                    reply.close()
                    break
            else:
                if rest := stream.close():
                    await response.write(rest)
        finally:
            self.tokens = stream.tokens
            self.signatures = stream.signatures
            self.response_id = stream.response_id
            self.is_exposed = stream.is_exposed
            self.left_out_unread = stream.left_out_unread
        await response.write_eof()
        return response

    async def _rewrite(self, reply: ClientResponse) -> StreamResponse:
        data = bytearray()
        async for part in reply.content.iter_any():
            data += part
            if len(data) > self._limits.largest_reply_bytes:
                raise Refusal(502, "The model's reply is too long to be checked.")
        try:
            kept = apply_to_reply_bytes(bytes(data), self._decision.obligations)
        except InputError as error:
            raise Refusal(502, "The model's reply could not be read.") from error
        self._look_at(bytes(data), kept)
        obligations = self._decision.obligations
        if obligations.withhold_reasoning is not Withhold.NO and exposes(bytes(data), self._prompt):
            self.is_exposed = True
            if obligations.if_exposed is Exposed.STOP:
                raise Refusal(400, "The reply was held back: it repeats reasoning that is not shown to this account.")
        return await self._send(reply, kept)

    async def _copy(self, reply: ClientResponse, *, is_read: bool) -> StreamResponse:
        if (reply.content_length or _SHORT + 1) <= _SHORT and self._request.method != hdrs.METH_HEAD:
            return await self._copy_at_once(reply, is_read=is_read)
        response = await self._begin(reply)
        seen = bytearray()
        async for part in reply.content.iter_any():
            await response.write(part)
            if is_read and len(seen) < LOOKED_AT_BYTES:
                seen += part
        await response.write_eof()
        if is_read:
            self._look_at(bytes(seen), bytes(seen))
        return response

    async def _copy_at_once(self, reply: ClientResponse, *, is_read: bool) -> StreamResponse:
        """A short reply goes on with its head, in one piece."""
        data = await reply.read()
        if is_read:
            self._look_at(data, data)
        return await self._send(reply, data)

    async def _begin(self, reply: ClientResponse) -> StreamResponse:
        """Send the head."""
        response = StreamResponse(status=reply.status, reason=reply.reason, headers=self._head(reply))
        await response.prepare(self._request)
        self.response = response
        return response

    async def _send(self, reply: ClientResponse, body: bytes) -> StreamResponse:
        """Send the head and all of the body."""
        response = Response(status=reply.status, reason=reply.reason, headers=self._head(reply), body=body)
        await response.prepare(self._request)
        self.response = response
        await response.write_eof()
        return response

    def _head(self, reply: ClientResponse) -> CIMultiDict[str]:
        headers = CIMultiDict(to_client(reply.headers.items(), is_rewritten=self._is_changed))
        headers.extend(told_of(self._decision))
        return headers

    def _look_at(self, data: bytes, kept: bytes) -> None:
        """Learn from a whole reply: what it cost, and which signed reasoning the client was handed."""
        self.tokens, self.signatures, self.response_id = learnt_of(data, kept)
