"""Our TAXII server beside medallion and OpenTAXII: `python benchmarks/taxii.py`.

Each is a process on loopback, asked by one client over one connection, in one run on one machine: objects added a
second, a page of 1,000 objects, a poll that finds nothing new. Figures are medians of the rounds; pages are asked
without compression. The others, which take seconds for a page, hold fewer objects (how many stands beside each) and
are asked once. Written to benchmarks/results/taxii. Others run in an environment of their own (`make bench` makes it).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
import uuid
from base64 import b64encode
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from processes import processor_s
from publish import publish
from stillwatch.core.version import VERSION

_HERE: Final = Path(__file__).parent
sys.path.insert(0, str(_HERE.parent / "tests"))

from other_taxii_server import NAMES, PASSWORD, PYTHON, USER, OtherTaxiiServer  # noqa: E402  # beside the tests
from postgres_server import PostgresServer, postgres_programs  # noqa: E402  # same

_MEDIA: Final = "application/taxii+json;version=2.1"
_BATCH: Final = 500
_OTHERS_BATCH: Final = 100
_PAGE: Final = 1_000
_TARGETS: Final = {"page_ms": 5.0, "empty_ms": 1.0, "ingest": 10_000.0}


class Server(NamedTuple):
    name: str
    collection: str
    process: int
    objects: int
    batch: int
    authorization: str

    def processor_s(self) -> float:
        return processor_s((self.process,))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=30_000, help="for ours")
    parser.add_argument("--others", type=int, default=1_000, help="for medallion and OpenTAXII")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--results", type=Path, default=_HERE / "results")
    asked = parser.parse_args()
    with ExitStack() as running:
        servers = _started(running, asked.objects, asked.others)
        figures = {server.name: _measured(server, asked.rounds) for server in servers}
    measured = {
        "version": VERSION,
        "measured_at": f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_average": os.getloadavg()[0],
        "command": "python benchmarks/taxii.py",
        "page": _PAGE,
        "targets": _TARGETS,
        "servers": figures,
    }
    publish(asked.results, "taxii", measured, _table(measured))


def _started(running: ExitStack, ours: int, others: int) -> list[Server]:
    """Ours with each store that there is, and the others that are installed."""
    stores = {"stillwatch, SQLite": "objects.db"}
    if programs := postgres_programs():
        folder = Path(running.enter_context(TemporaryDirectory(prefix="pg")))
        folder.chmod(0o755)
        database = PostgresServer(folder, programs, is_durable=True)
        database.start()
        running.callback(database.stop)
        stores["stillwatch, PostgreSQL"] = database.address
    servers = [_ours(running, name, store, ours) for name, store in stores.items()]
    for name in NAMES if PYTHON.exists() else ():
        folder = Path(running.enter_context(TemporaryDirectory(prefix="taxii")))
        other = running.enter_context(OtherTaxiiServer(name, folder))
        authorization = "Basic " + b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        found = _ask(_connection(other.root), "GET", f"{other.root}collections/", authorization)
        collection = f"{other.root}collections/{json.loads(found)['collections'][0]['id']}/"
        servers.append(Server(name, collection, other.process, others, _OTHERS_BATCH, authorization))
    return servers


def _ours(running: ExitStack, name: str, store: str, objects: int) -> Server:
    folder = Path(running.enter_context(TemporaryDirectory(prefix="taxii"))) / "hub"
    command = (sys.executable, "-m", "stillwatch", "taxii")
    subprocess.run([*command, "init", str(folder)], check=True, capture_output=True)
    settings = folder / "taxii.toml"
    text = settings.read_text("utf-8").replace("objects.db", store).replace("127.0.0.1:6100", "127.0.0.1:0")
    settings.write_text(text + "\n[limits]\nrequests_per_minute = 1000000000\n", "utf-8")
    process = subprocess.Popen([*command, "serve", "--settings", str(settings)], stderr=subprocess.PIPE, text=True)
    running.callback(process.wait)
    running.callback(process.terminate)
    said = process.stderr.readline() if process.stderr else ""
    found = re.search(r"listening on (http://\S+)/taxii2/", said)
    if found is None:
        raise SystemExit(said)
    secret = (folder / "lab-a.secret").read_text("utf-8").strip()
    collection = re.search(r'^id = "(.*)"', text, re.MULTILINE)[1]  # type: ignore[index]  # written by init
    url = f"{found[1]}/intel/collections/{collection}/"
    return Server(name, url, process.pid, objects, _BATCH, f"Bearer {secret}")


def _measured(server: Server, rounds: int) -> dict[str, Any]:
    connection = _connection(server.collection)
    objects = f"{server.collection}objects/"
    bodies = [_body(server.batch) for _ in range(server.objects // server.batch)]
    before, began = server.processor_s(), time.perf_counter()
    for body in bodies:
        _ask(connection, "POST", objects, server.authorization, body)
    ingest_s, ingest_processor_s = time.perf_counter() - began, server.processor_s() - before
    is_ours = server.batch == _BATCH
    pages, page_processor_s = _rounds(server, connection, f"{objects}?limit={_PAGE}", rounds if is_ours else 1)
    latest = "added_after=2100-01-01T00:00:00.000000Z"
    empties, empty_processor_s = _rounds(server, connection, f"{objects}?{latest}", rounds * 10 if is_ours else 1)
    return {
        "objects": server.objects,
        "ingest_a_second": server.objects / ingest_s,
        "ingest_processor_us": ingest_processor_s / server.objects * 1e6,
        "page_ms": statistics.median(pages) * 1e3,
        "page_processor_ms": page_processor_s * 1e3,
        "empty_ms": statistics.median(empties) * 1e3,
        "empty_processor_ms": empty_processor_s * 1e3,
    }


def _rounds(server: Server, connection: http.client.HTTPConnection, url: str, rounds: int) -> tuple[list[float], float]:
    took = []
    before = server.processor_s()
    for _ in range(rounds):
        began = time.perf_counter()
        _ask(connection, "GET", url, server.authorization)
        took.append(time.perf_counter() - began)
    return took, (server.processor_s() - before) / rounds


def _connection(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=600)


def _ask(
    connection: http.client.HTTPConnection, method: str, url: str, authorization: str, body: bytes | None = None
) -> bytes:
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = {"Accept": _MEDIA, "Authorization": authorization} | ({"Content-Type": _MEDIA} if body else {})
    connection.request(method, target, body, headers)
    reply = connection.getresponse()
    data = reply.read()
    if reply.status >= 300:
        raise SystemExit(f"{url}: {reply.status}: {data[:300]!r}")
    return data


def _body(objects: int) -> bytes:
    """Indicators of addresses, as a member would send them."""
    time_text = "2026-11-01T00:00:00.000Z"
    made = [
        {
            "type": "indicator",
            "spec_version": "2.1",
            "id": f"indicator--{uuid.uuid4()}",
            "created": time_text,
            "modified": time_text,
            "name": "address of a proxy pool",
            "indicator_types": ["malicious-activity"],
            "pattern": f"[ipv4-addr:value = '198.51.{place >> 8 & 255}.{place & 255}']",
            "pattern_type": "stix",
            "valid_from": time_text,
            "valid_until": "2027-01-01T00:00:00.000Z",
            "confidence": 80,
        }
        for place in range(objects)
    ]
    return json.dumps({"objects": made}).encode()


def _table(measured: dict[str, Any]) -> str:
    ours = next(iter(measured["servers"].values()))
    where = f"stillwatch {measured['version']}, Python {measured['python']}, {measured['cores']} cores"
    load = f"{measured['measured_at']}; load average {measured['load_average']:.1f}"
    lines = [
        "# The TAXII server",
        "",
        f"{where}, {load}. By `{measured['command']}`: one client, one connection, loopback.",
        "Each commit is on the disk. × is how many times as long, or as few, as ours with SQLite.",
        "",
        "| server | objects | added/s | × | processor µs each | page of 1,000, ms | × | processor ms | empty, ms | × |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {one['objects']:,} | {one['ingest_a_second']:,.0f} "
        f"| {ours['ingest_a_second'] / one['ingest_a_second']:.1f} | {one['ingest_processor_us']:.0f} "
        f"| {one['page_ms']:.2f} | {one['page_ms'] / ours['page_ms']:.1f} | {one['page_processor_ms']:.2f} "
        f"| {one['empty_ms']:.2f} | {one['empty_ms'] / ours['empty_ms']:.1f} |"
        for name, one in measured["servers"].items()
    ]
    lines += ["", "Aimed at: 10,000 added a second, 5 ms a page, 1 ms an empty poll."]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
