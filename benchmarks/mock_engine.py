"""An engine that answers at once: `python benchmarks/mock_engine.py PORT EVENTS PAUSE_MS`.

A request with `"stream": true` is answered with so many events, each with the time in it at which it was sent.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Final

import uvloop

_WHOLE: Final = (
    b'{"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"m","choices":[{"index":0,"message":'
    b'{"role":"assistant","content":"' + b"word " * 60 + b'"},"logprobs":null,"finish_reason":"stop"}],"usage":'
    b'{"prompt_tokens":200,"completion_tokens":60,"total_tokens":260}}'
)
_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(_WHOLE)
_STREAM_HEAD: Final = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
_EVENT: Final = (
    b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1790000000,"model":"m","choices":[{"index":0,'
    b'"delta":{"content":"%d"},"logprobs":null,"finish_reason":null}]}\n\n'
)


class Engine(asyncio.Protocol):
    """One connection."""

    def __init__(self, events: int, pause_s: float) -> None:
        self._events = events
        self._pause_s = pause_s
        self._data = bytearray()
        self._needs = 0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # of TCP

    def data_received(self, data: bytes) -> None:
        self._data += data
        while self._data:
            if not self._needs:
                end = self._data.find(b"\r\n\r\n")
                if end < 0:
                    return
                self._needs = end + 4 + _length(bytes(self._data[:end]).lower())
            if len(self._data) < self._needs:
                return
            request = bytes(self._data[: self._needs])
            del self._data[: self._needs]
            self._needs = 0
            if b'"stream": true' in request or b'"stream":true' in request:
                asyncio.get_running_loop().create_task(self._stream())  # ends by itself
            else:
                self._transport.write(_HEAD + _WHOLE)

    async def _stream(self) -> None:
        self._transport.write(_STREAM_HEAD)
        for _ in range(self._events):
            event = _EVENT % time.time_ns()
            self._transport.write(b"%x\r\n%b\r\n" % (len(event), event))
            await asyncio.sleep(self._pause_s)
        self._transport.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")


def _length(head: bytes) -> int:
    start = head.find(b"content-length:")
    return int(head[start + 15 :].split(b"\r\n")[0]) if start >= 0 else 0


async def main() -> None:
    port, events, pause_s = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 1e3
    server = await asyncio.get_running_loop().create_server(lambda: Engine(events, pause_s), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
