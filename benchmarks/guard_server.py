"""The guard's server beside bare uvicorn and Starlette that answer a constant: `python benchmarks/guard_server.py`.

Processor time of the server for each request, requests a second at saturation, and latency at half of that, in one run
on one machine; rounds are interleaved and figures are medians of the rounds. The guard reads the request, looks it up
among standings and decides; the others read the body and answer nothing. Written to benchmarks/results/guard-server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import uvloop

from processes import free_port, process, processor_s
from publish import publish
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName
from stillwatch.core.version import VERSION
from stillwatch.guard.build_standings import build

_HERE: Final = Path(__file__).parent
_OURS: Final = "stillwatch, /authz with a body"
_UVICORN: Final = (sys.executable, "-m", "uvicorn", "--log-level", "error", "--no-access-log", "--port")
_RAW: Final = """
async def app(scope, receive, send):
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})
"""
_STARLETTE: Final = """
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

async def answer(request):
    await request.body()
    return Response()

app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
"""
_CONNECTION: Final = """
import asyncio, sys, uvloop
from stillwatch.faces.gateway.http_message import Answer
from stillwatch.faces.gateway.server import Server

async def serve():
    answer = Answer()
    server = Server(lambda asked: answer)
    await server.listen("127.0.0.1", int(sys.argv[1]))
    await asyncio.Event().wait()

uvloop.run(serve())
"""
_SETTINGS: Final = """
policy = "policy.toml"
standings = "standings.bin"
[identity]
account_header = "x-account-id"
[listen]
address = "127.0.0.1:{port}"
"""
_POLICY: Final = """
version = "bench"
mode = "enforce"
[[rule]]
name = "operators"
roles = ["operator"]
respond = "throttle"
requests_per_minute = 60
per = "campaign"
"""


class Load(NamedTuple):
    """How much is asked."""

    connections: int
    seconds: float
    body_bytes: int
    standings: int
    rounds: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=4.0, help="of one measurement")
    parser.add_argument("--body-bytes", type=int, default=1_000)
    parser.add_argument("--standings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    load = Load(asked.connections, asked.seconds, asked.body_bytes, asked.standings, asked.rounds)
    with TemporaryDirectory(prefix="stillwatch-server-") as folder, ExitStack() as running:
        servers = _started(running, Path(folder), load)
        rounds = [{name: _measured(server, load) for name, server in servers.items()} for _ in range(load.rounds)]
    figures = {
        name: {key: statistics.median(one[name][key] for one in rounds) for key in rounds[0][name]}
        for name in rounds[0]
    }
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "load": {
            **load._asdict(),
            "generator": "benchmarks/guard_server.py, one uvloop process; closed loop, then paced at half of it",
            "keep_alive": True,
            "headers": len(_request(load).split(b"\r\n\r\n")[0].split(b"\r\n")) - 1,
        },
        "servers": figures,
    }
    publish(asked.results, "guard-server", measured, _table(measured))


class _Server(NamedTuple):
    port: int
    process: int

    def processor_s(self) -> float:
        return processor_s((self.process,))

    def resident_mb(self) -> float:
        return int(Path(f"/proc/{self.process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


def _started(running: ExitStack, folder: Path, load: Load) -> dict[str, _Server]:
    now = datetime.now(UTC)
    rows = (
        KeyStanding(
            name=KeyName.ACCOUNT,
            value=f"acct-{number}",
            subject=f"c-{number % 500}",
            role=Role.OPERATOR,
            confidence=0.99,
            reason="bench",
            since=now,
            expires_at=now + timedelta(days=1),
        )
        for number in range(load.standings)
    )
    (folder / "standings.bin").write_bytes(build(rows, seed=7))
    (folder / "policy.toml").write_text(_POLICY)
    (folder / "raw.py").write_text(_RAW)
    (folder / "starlette_app.py").write_text(_STARLETTE)
    (folder / "connection.py").write_text(_CONNECTION)
    ports = [free_port() for _ in range(4)]
    (folder / "serve.toml").write_text(_SETTINGS.format(port=ports[0]))
    commands = {
        _OURS: [sys.executable, "-m", "stillwatch", "serve", "--settings", "serve.toml"],
        "the same server, a constant": [sys.executable, "connection.py", str(ports[1])],
        "uvicorn, raw ASGI, a constant": [*_UVICORN, str(ports[2]), "raw:app"],
        "uvicorn and Starlette, a constant": [*_UVICORN, str(ports[3]), "starlette_app:app"],
    }
    return {
        name: _Server(port, running.enter_context(process(command, port, folder=folder)))
        for (name, command), port in zip(commands.items(), ports, strict=True)
    }


def _measured(server: _Server, load: Load) -> dict[str, float]:
    uvloop.run(_asked(server.port, load._replace(seconds=0.5), rate=0.0))  # warm
    before = server.processor_s()
    latencies = uvloop.run(_asked(server.port, load, rate=0.0))
    full_s = server.processor_s() - before
    rate = len(latencies) / load.seconds / 2
    before = server.processor_s()
    paced = sorted(uvloop.run(_asked(server.port, load, rate=rate)))
    half_s = server.processor_s() - before
    return {
        "requests_a_second": len(latencies) / load.seconds,
        "processor_us_at_saturation": full_s / len(latencies) * 1e6,
        "processor_us_at_half": half_s / len(paced) * 1e6,
        "p50_ms_at_half": paced[len(paced) // 2] * 1e3,
        "p99_ms_at_half": paced[int(len(paced) * 0.99)] * 1e3,
        "resident_mb": server.resident_mb(),
    }


async def _asked(port: int, load: Load, rate: float) -> list[float]:
    """Seconds that each answer took; `rate` is of all connections together, 0 = as fast as they are answered."""
    latencies: list[float] = []
    request = _request(load)
    ends_at = time.perf_counter() + load.seconds
    pause_s = load.connections / rate if rate else 0.0
    await asyncio.gather(*(_connection(port, request, latencies, ends_at, pause_s) for _ in range(load.connections)))
    return latencies


class _Client(asyncio.Protocol):
    def __init__(self) -> None:
        self.answered = asyncio.Event()
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if not data.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"not answered with 200: {data[:200]!r}")
        self.answered.set()


async def _connection(port: int, request: bytes, latencies: list[float], ends_at: float, pause_s: float) -> None:
    _, client = await asyncio.get_running_loop().create_connection(_Client, "127.0.0.1", port)
    due_at = time.perf_counter()
    while (now := time.perf_counter()) < ends_at:
        began_at = now
        if pause_s:
            due_at += pause_s
            if due_at > now:
                await asyncio.sleep(due_at - now)
                began_at = time.perf_counter()
            else:
                began_at = due_at  # it is late because the last answer was: the wait counts
        client.answered.clear()
        client.transport.write(request)
        await client.answered.wait()
        latencies.append(time.perf_counter() - began_at)
    client.transport.close()


def _request(load: Load) -> bytes:
    """A chat of one message, of somebody of whom nothing is known."""
    frame = {"model": "m", "messages": [{"role": "user", "content": ""}], "max_tokens": 256}
    words = "tides and moons " * (load.body_bytes // 16 + 1)
    frame["messages"] = [{"role": "user", "content": words[: max(0, load.body_bytes - len(json.dumps(frame)))]}]
    body = json.dumps(frame).encode()
    head = (
        "POST /authz/v1/chat/completions HTTP/1.1\r\nhost: guard\r\nauthorization: Bearer sk-bench\r\n"
        "content-type: application/json\r\nuser-agent: OpenAI/Python 2.8.0\r\nx-account-id: acct-honest\r\n"
        f"x-forwarded-for: 198.51.100.7\r\nx-envoy-internal: true\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _table(measured: dict[str, Any]) -> str:
    load, servers = measured["load"], measured["servers"]
    ours = servers[_OURS]
    where = f"stillwatch {measured['version']}, Python {measured['python']}, {measured['cores']} cores"
    how = f"{load['connections']} connections kept alive, {load['headers']} headers, a body of {load['body_bytes']:,}"
    long = f"{load['seconds']:g} s a measurement, median of {load['rounds']} rounds; {load['standings']:,} standings"
    lines = [
        "# The guard's server",
        "",
        f"{where}, {measured['measured_at']}; load average {measured['load_average']:.1f}. Each server is one process.",
        "",
        f"Load: {load['generator']}; {how} bytes, {long} loaded.",
        "",
        "| server | requests/s | processor µs/request | at half load | × ours | p50 ms at half | p99 ms at half | MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {one['requests_a_second']:,.0f} | {one['processor_us_at_saturation']:.1f} "
        f"| {one['processor_us_at_half']:.1f} "
        f"| {one['processor_us_at_saturation'] / ours['processor_us_at_saturation']:.2f} "
        f"| {one['p50_ms_at_half']:.2f} | {one['p99_ms_at_half']:.2f} | {one['resident_mb']:.0f} |"
        for name, one in servers.items()
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
