"""A server that stands for a model: answers as told, at once or in a stream, and remembers what it was asked.

    with MockUpstream() as upstream:
        upstream.answer = Answer(thoughts=("Let me", " think"), pause_s=0.02)
        ...  # point a gateway at upstream.url
        assert upstream.asked[-1].body["n"] == 1

It runs in a thread of the test's process, so that tests read `asked` and set `answer` directly. Started as a program
(`python mock_upstream.py PORT [PAUSE_S]`) it answers the same without end.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import mock_replies
import orjson
from aiohttp import web
from mock_replies import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    _Whole = Callable[[dict[str, Any], Answer], dict[str, Any]]
    _Events = Callable[[dict[str, Any], Answer], Iterator[bytes]]

_STARTS_WITHIN_S = 10.0
_READ_WITHIN_S = 20.0
_LARGEST_BODY = 64 << 20


class Asked(NamedTuple):
    """One request, as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    raw: bytes
    body: dict[str, Any]
    """Empty where it is no JSON object."""


class MockUpstream:
    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.answer = Answer()
        self.asked: list[Asked] = []
        self.sent_at: list[float] = []
        """When each chunk of the streams was sent, `time.perf_counter`."""
        self.read: threading.Semaphore | None = None
        """Where a test sets one, a stream goes on, or dies, when its reader has released it for the part before."""
        self.left = 0
        """Streams whose reader went away before the end."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._is_up = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._is_up.wait(_STARTS_WITHIN_S), "the mock upstream did not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def forget(self) -> None:
        """Answer as at first, and remember nothing."""
        self.answer = Answer()
        self.read = None
        self.left = 0
        self.asked.clear()
        self.sent_at.clear()

    def run(self) -> None:
        """Serve in this thread, without end."""
        self._run()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        runner = web.AppRunner(self._application(), handler_cancellation=True, shutdown_timeout=0.1)
        self._loop.run_until_complete(self._start(runner))
        self._is_up.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _start(self, runner: web.AppRunner) -> None:
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]

    def _application(self) -> web.Application:
        application = web.Application(client_max_size=_LARGEST_BODY)
        for path, whole, events in (
            ("chat/completions", mock_replies.chat, mock_replies.chat_events),
            ("completions", mock_replies.completion, mock_replies.completion_events),
            ("responses", mock_replies.response, mock_replies.response_events),
            ("messages", mock_replies.message, mock_replies.message_events),
            ("embeddings", mock_replies.embeddings, mock_replies.chat_events),
        ):
            application.router.add_post(f"/v1/{path}", self._handler(whole, events))
        application.router.add_route("*", "/{tail:.*}", self._other)
        return application

    def _handler(self, whole: _Whole, events: _Events) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            body = (await self._remember(request)).body
            answer = self.answer
            if answer.status != 200:
                return _json(mock_replies.error(), answer.status)
            if body.get("stream"):
                return await self._stream(request, events(body, answer), answer)
            await asyncio.sleep(answer.pause_s)
            return _json(whole(body, answer), 200)

        return handle

    async def _stream(self, request: web.Request, events: Iterator[bytes], answer: Answer) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        try:
            await response.prepare(request)
            for event in itertools.islice(events, answer.dies_after):
                self.sent_at.append(time.perf_counter())
                await response.write(event)
                await asyncio.sleep(answer.pause_s)
                await self._until_read()
        except (asyncio.CancelledError, ConnectionError):
            self.left += 1
            raise
        if answer.dies_after is not None and request.transport is not None:
            request.transport.abort()
        return response

    async def _until_read(self) -> None:
        if self.read is not None and not await asyncio.to_thread(self.read.acquire, timeout=_READ_WITHIN_S):
            raise ConnectionAbortedError("the reader was not handed a part before the next one was sent")

    async def _other(self, request: web.Request) -> web.Response:
        await self._remember(request)
        if request.path == "/v1/models":
            return _json({"object": "list", "data": [{"id": "mock", "object": "model"}]}, 200)
        return _json({"error": {"message": f"no such path: {request.path}", "type": "not_found"}}, 404)

    async def _remember(self, request: web.Request) -> Asked:
        raw = await request.read()
        try:
            body = orjson.loads(raw)
        except ValueError:
            body = {}
        headers = {name.lower(): value for name, value in request.headers.items()}
        asked = Asked(request.method, request.path_qs, headers, raw, body if isinstance(body, dict) else {})
        self.asked.append(asked)
        return asked


def _json(value: dict[str, Any], status: int) -> web.Response:
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json")


if __name__ == "__main__":
    server = MockUpstream(int(sys.argv[1]))
    server.answer = Answer(pause_s=float(sys.argv[2]) if len(sys.argv) > 2 else 0.0)
    server.run()
