"""The reverse proxy beside bare nginx and LiteLLM's, before one mock engine: `python benchmarks/guard_proxy.py`.

Latency with one client, throughput and processor time with sixteen, by size of the request; a stream of 200 events as
fast as it goes; and how late each event of a slow stream arrives. Peers that are not installed are left out, and said
so. Rounds are interleaved; figures are medians of the rounds. Written to benchmarks/results/guard-proxy.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import uvloop

from processes import free_port, process, processor_s
from proxy_load import loaded
from publish import publish
from say import say
from stillwatch.core.version import VERSION

_HERE: Final = Path(__file__).parent
_EVENTS: Final = 200
_SLOW_PAUSE_MS: Final = 5
_BODIES: Final = {"1 KB": 1_000, "86 KB": 86_000, "860 KB": 860_000}
_MESSAGE_BYTES: Final = 7_000
_NGINX: Final = """
worker_processes 1; daemon off; error_log stderr crit; pid {folder}/nginx.pid;
events {{ worker_connections 512; }}
http {{
  access_log off; client_max_body_size 8m; client_body_buffer_size 2m; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  keepalive_requests 1000000;
  upstream fast {{ server 127.0.0.1:{fast}; keepalive 32; }}
  upstream slow {{ server 127.0.0.1:{slow}; keepalive 32; }}
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://fast; proxy_http_version 1.1;
    proxy_set_header Connection ""; proxy_buffering off; }} }}
  server {{ listen 127.0.0.1:{slow_port}; location / {{ proxy_pass http://slow; proxy_http_version 1.1;
    proxy_set_header Connection ""; proxy_buffering off; }} }}
}}
"""
_LITELLM: Final = """
model_list:
  - model_name: m
    litellm_params: {{model: openai/m, api_base: "http://127.0.0.1:{engine}/v1", api_key: sk-none}}
general_settings: {{dangerously_permit_weak_or_unset_master_key: true}}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=3000, help="of one measurement; LiteLLM has a twentieth")
    parser.add_argument("--litellm", default=_litellm(), help="the program, where it is not where the tests have it")
    parser.add_argument("--note", default="", help="a sentence about the machine, such as what else ran on it")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="stillwatch-proxy-") as folder, ExitStack() as running:
        peers = _started(running, Path(folder), asked.litellm)
        rounds = [
            {name: _measured(name, peer, asked.requests) for name, peer in peers.items()} for _ in range(asked.rounds)
        ]
    medians = {name: _median([one[name] for one in rounds]) for name in rounds[0]}
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "command": f"python benchmarks/guard_proxy.py --rounds {asked.rounds} --requests {asked.requests}",
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "note": asked.note,
        "left_out": [name for name in ("nginx", "LiteLLM proxy") if name not in medians],
        "peers": medians,
    }
    publish(asked.results, "guard-proxy", measured, _table(measured))


class _Peer:
    """Where a peer listens before the fast and before the slow engine, and which processes it is."""

    def __init__(self, port: int, slow_port: int, pids: list[int]) -> None:
        self.port, self.slow_port, self.pids = port, slow_port, pids

    def processor_s(self) -> float:
        return processor_s(self.pids)


def _litellm() -> str | None:
    """The program on the path, or that of the environment which `make test` makes for it."""
    beside = Path(sys.executable).parent.parent / "litellm" / "bin" / "litellm"
    return shutil.which("litellm") or (str(beside) if beside.exists() else None)


def _started(running: ExitStack, folder: Path, litellm: str | None) -> dict[str, _Peer]:
    fast, slow = free_port(), free_port()
    engine = [sys.executable, str(_HERE / "mock_engine.py")]
    fast_pid = running.enter_context(process([*engine, str(fast), str(_EVENTS), "0"], fast))
    slow_pid = running.enter_context(process([*engine, str(slow), str(_EVENTS), str(_SLOW_PAUSE_MS)], slow))
    peers = {"no proxy": _Peer(fast, slow, [fast_pid, slow_pid])}
    if (nginx := shutil.which("nginx")) is not None:
        ports = free_port(), free_port()
        conf = folder / "nginx.conf"
        conf.write_text(
            _NGINX.format(folder=folder, fast=fast, slow=slow, port=ports[0], slow_port=ports[1]), encoding="utf-8"
        )
        peers["nginx"] = _Peer(*ports, [running.enter_context(process([nginx, "-c", str(conf)], ports[0]))])
    driver = [sys.executable, str(_HERE / "guard_proxy_driver.py")]
    for name, loop, rules in (
        ("stillwatch", "uvloop", "plain"),
        ("stillwatch, every event rewritten", "uvloop", "trims"),
        ("stillwatch on asyncio's own loop", "asyncio", "plain"),
    ):
        ports = free_port(), free_port()
        pids = [
            running.enter_context(process([*driver, str(port), f"http://127.0.0.1:{before}", loop, rules], port))
            for port, before in zip(ports, (fast, slow), strict=True)
        ]
        peers[name] = _Peer(*ports, pids)
    if litellm is not None:
        ports = free_port(), free_port()
        pids = []
        for port, before in zip(ports, (fast, slow), strict=True):
            conf = folder / f"litellm-{port}.yaml"
            conf.write_text(_LITELLM.format(engine=before), encoding="utf-8")
            command = [litellm, "--config", str(conf), "--port", str(port), "--host", "127.0.0.1"]
            pids.append(running.enter_context(process([*command, "--telemetry", "False"], port)))
        peers["LiteLLM proxy"] = _Peer(*ports, pids)
    return peers


def _measured(name: str, peer: _Peer, requests: int) -> dict[str, float]:
    say(name)
    count = requests // 20 if name == "LiteLLM proxy" else requests
    found: dict[str, float] = {}
    for size, length in _BODIES.items():
        fewer = max(20, count // (1 if length < 10_000 else 10))
        uvloop.run(loaded(peer.port, _body(length), clients=1, requests=max(10, fewer // 10)))
        one = uvloop.run(loaded(peer.port, _body(length), clients=1, requests=fewer))
        found |= {
            f"p50_ms, {size}": _at(one.latencies_s, 0.5) * 1e3,
            f"p99_ms, {size}": _at(one.latencies_s, 0.99) * 1e3,
        }
        found["failed"] = found.get("failed", 0) + one.failed
    before_s = peer.processor_s()
    many = uvloop.run(loaded(peer.port, _body(1_000), clients=16, requests=max(64, count)))
    found["requests_a_second"] = len(many.latencies_s) / many.wall_s
    found["processor_us_a_request"] = (peer.processor_s() - before_s) / len(many.latencies_s) * 1e6
    found |= _streams(peer, max(16, count // 30))
    found["failed"] += many.failed
    return found


def _streams(peer: _Peer, count: int) -> dict[str, float]:
    body = _body(1_000, stream=True)
    before_s = peer.processor_s()
    fast = uvloop.run(loaded(peer.port, body, clients=4, requests=count))
    spent_s = peer.processor_s() - before_s
    slow = uvloop.run(loaded(peer.slow_port, body, clients=2, requests=4))
    return {
        "events_a_second": fast.events / fast.wall_s,
        "processor_us_an_event": spent_s / max(1, fast.events) * 1e6,
        "event_late_p50_ms": _at(slow.late_s, 0.5) * 1e3,
        "event_late_p99_ms": _at(slow.late_s, 0.99) * 1e3,
    }


def _body(length: int, *, stream: bool = False) -> bytes:
    """As a client sends it: a conversation of so many bytes, in messages of 7 KB as a coding agent has them."""
    count = max(1, length // _MESSAGE_BYTES) | 1
    content = "word " * (length // count // 5)
    messages = [{"role": ("user", "assistant")[number % 2], "content": content} for number in range(count)]
    return json.dumps({"model": "m", "stream": stream, "temperature": 0.7, "messages": messages}).encode()


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def _median(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(one[name] for one in rounds), 3) for name in rounds[0]}


def _table(measured: dict[str, Any]) -> str:
    peers = measured["peers"]
    bare = peers["no proxy"]
    left_out = f" Not installed, so left out: {', '.join(measured['left_out'])}." if measured["left_out"] else ""
    about = (
        f"stillwatch {measured['version']}, Python {measured['python']}, {measured['cores']} cores, "
        f"{measured['measured_at']}. Load generator, engine and proxy share the cores; one process each. Added latency "
        "is the difference of medians to the engine asked directly, with one client; throughput is with 16."
        f"{left_out}{' ' + measured['note'] if measured['note'] else ''}\n"
    )
    columns = "added ms, 1 KB | 86 KB | 860 KB | p99 ms, 1 KB | requests/s | CPU µs/request | failed"
    lines = ["# Reverse proxy\n", about, f"    {measured['command']}\n", f"| proxy | {columns} |"]
    lines.append("| --- |" + " ---: |" * 7)
    for name, one in peers.items():
        added = " | ".join(f"{one[f'p50_ms, {size}'] - bare[f'p50_ms, {size}']:.2f}" for size in _BODIES)
        rate = f"{one['requests_a_second']:,.0f} | {one['processor_us_a_request']:,.0f} | {one['failed']:.0f}"
        lines.append(f"| {name} | {added} | {one['p99_ms, 1 KB']:.2f} | {rate} |")
    streams = (
        f"\nStreams of {_EVENTS} events: as fast as they go with 4 clients, and one every {_SLOW_PAUSE_MS} ms with 2, "
        "where lateness is the time from the engine's write to the client's read.\n"
    )
    columns = "events/s | CPU µs/event | late p50, ms | late p99, ms"
    lines += [streams, f"| proxy | {columns} |", "| --- |" + " ---: |" * 4]
    for name, one in peers.items():
        late = f"{one['event_late_p50_ms']:.2f} | {one['event_late_p99_ms']:.2f}"
        lines.append(f"| {name} | {one['events_a_second']:,.0f} | {one['processor_us_an_event']:.1f} | {late} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
