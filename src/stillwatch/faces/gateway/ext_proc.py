"""Envoy's external processing over gRPC: the guard rewrites requests and replies, streams too, inside of Envoy.

The filter must send requests whole and allow what the guard overrides: see `examples/guard/envoy-ext-proc.yaml`. In
Python a gRPC message costs ten times what a question at `/authz` does: take this only where replies must be rewritten
and nothing else stands behind Envoy that could do it. Needs the extra `envoy`.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

import grpc.aio

from stillwatch.faces.gateway.ext_proc_exchange import ExtProcExchange
from stillwatch.faces.gateway.ext_proc_messages import ProcessingRequest, ProcessingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from stillwatch.faces.gateway.guard_point import GuardPoint

_SERVICE: Final = "envoy.service.ext_proc.v3.ExternalProcessor"


class ExtProc:
    """Serves Envoys.

    Args:
        point: Decides.
    """

    def __init__(self, point: GuardPoint) -> None:
        self._point = point
        self._server: Any = None

    async def listen(self, address: str) -> int:
        """Listen at `host:port` without TLS; give the port, which the system chooses where 0 is asked for."""
        self._server = grpc.aio.server()
        process = grpc.stream_stream_rpc_method_handler(
            self._process,
            request_deserializer=ProcessingRequest.FromString,
            response_serializer=ProcessingResponse.SerializeToString,
        )
        self._server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(_SERVICE, {"Process": process}),))
        port = int(self._server.add_insecure_port(address))
        await self._server.start()
        return port

    async def drain(self, grace_s: float) -> None:
        """Take no more exchanges, and let what is under way end within the grace."""
        if self._server is not None:
            await self._server.stop(grace_s)

    async def _process(self, messages: AsyncIterator[Any], _: Any) -> AsyncIterator[Any]:
        exchange = ExtProcExchange(self._point, uuid.uuid4().hex)
        try:
            async for message in messages:
                yield exchange.take(message)
        finally:
            exchange.close()
