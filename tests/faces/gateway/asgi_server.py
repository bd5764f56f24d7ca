"""A FastAPI application with the routes of vLLM's server, and keys of its own, that runs on a real uvicorn."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import TYPE_CHECKING, Any, Self

import mock_replies
import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from mock_replies import Answer

from stillwatch.faces.gateway.asgi_middleware import GuardMiddleware

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from stillwatch.faces.gateway.guard_point import GuardPoint

_STARTS_WITHIN_S = 10.0


class AsgiServer:
    """The mock model as an application, with the guard before it."""

    def __init__(self, point: GuardPoint, **guard: Any) -> None:
        self.answer = Answer()
        self.asked: list[tuple[str, dict[str, str], Any]] = []
        """Path, headers and body of what came through."""
        self.sent_at: list[float] = []
        self.left = 0
        self._streams = 0
        """Streams whose reader went away."""
        self.unguarded = self._application()
        self.unguarded.add_middleware(GuardMiddleware, point=point, **guard)
        config = uvicorn.Config(
            self.unguarded, port=0, log_level="warning", lifespan="off", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def port(self) -> int:
        return int(self._server.servers[0].sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        until = time.monotonic() + _STARTS_WITHIN_S
        while not self._server.started:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _application(self) -> FastAPI:
        application = FastAPI()

        @application.middleware("http")
        async def keys(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
            """As vLLM's `--api-key`: only some paths are protected."""
            if request.url.path.startswith("/v1") and "authorization" not in request.headers:
                return JSONResponse({"error": "Unauthorized"}, status_code=401)
            return await go_on(request)

        @application.get("/health")
        async def health() -> Response:
            return Response()

        for path, whole, events in (
            ("/v1/chat/completions", mock_replies.chat, mock_replies.chat_events),
            ("/v1/responses", mock_replies.response, mock_replies.response_events),
            ("/v1/messages", mock_replies.message, mock_replies.message_events),
            ("/pooling", mock_replies.embeddings, mock_replies.chat_events),
        ):
            application.post(path)(self._handler(whole, events))

        @application.post("/v1/files")
        async def upload(request: Request) -> Response:
            parts = [part async for part in request.stream()]
            self.asked.append((request.url.path, dict(request.headers), b"".join(parts)))
            return JSONResponse({"parts": len(parts)})

        return application

    def _handler(self, whole: Callable[..., Any], events: Callable[..., Iterator[bytes]]) -> Callable[..., Any]:
        async def handle(request: Request) -> Response:
            body = await request.json()
            self.asked.append((request.url.path, dict(request.headers), body))
            if self.answer.status != 200:
                return Response(b"<html>", status_code=self.answer.status)
            if body.get("stream"):
                return StreamingResponse(
                    self._stream(request, events(body, self.answer)), media_type="text/event-stream"
                )
            return JSONResponse(whole(body, self.answer))

        handle.__annotations__ = {"request": Request, "return": Response}
        return handle

    def is_idle(self, within_s: float = 10.0) -> bool:
        """Whether every stream has ended, those that an earlier test left among them."""
        until = time.monotonic() + within_s
        while self._streams and time.monotonic() < until:
            time.sleep(0.01)
        return not self._streams

    async def _stream(self, request: Request, events: Iterator[bytes]) -> AsyncIterator[bytes]:
        self._streams += 1
        try:
            for event in events:
                self.sent_at.append(time.perf_counter())
                yield event
                await asyncio.sleep(self.answer.pause_s)
        except asyncio.CancelledError:
            self.left += 1
            raise
        else:
            self.left += await request.is_disconnected()
        finally:
            self._streams -= 1
