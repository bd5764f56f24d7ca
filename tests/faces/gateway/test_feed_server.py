"""A feed on its server: what real exporters send arrives, and stopping loses nothing."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from typing import TYPE_CHECKING

import pytest

from stillwatch.faces.gateway.feed import FeedSettings
from stillwatch.faces.gateway.feed_server import run_feed
from stillwatch.logs.formats.litellm_payload import FORMAT as LITELLM
from stillwatch.logs.formats.otel_genai import FORMAT as OTEL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _while_it_runs(out: Path, send: Callable[[str], None]) -> list[dict[str, object]]:
    """Let a sender talk to a feed; give the records on disk after it was stopped."""

    async def run() -> None:
        stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
        settings = FeedSettings(out=out)
        server = asyncio.create_task(
            run_feed(settings, "127.0.0.1", 0, clock=lambda: 0.0, stop=stop, on_ready=ready.set_result)
        )
        await asyncio.to_thread(send, f"http://127.0.0.1:{await ready}")
        stop.set()
        await server

    asyncio.run(run())
    return [json.loads(line) for file in sorted(out.rglob("*.jsonl")) for line in file.read_bytes().splitlines()]


def test_a_batch_over_http_is_on_disk(tmp_path):
    records = [record for case in LITELLM.cases for record in case.records]

    def send(address: str) -> None:
        request = urllib.request.Request(f"{address}/litellm", json.dumps(records).encode())  # noqa: S310  # our own
        assert urllib.request.urlopen(request, timeout=5).status == 200  # noqa: S310  # our own

    assert _while_it_runs(tmp_path, send) == records


def test_the_sdks_own_exporter_is_understood(tmp_path):
    trace = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    otlp = pytest.importorskip("opentelemetry.exporter.otlp.proto.http.trace_exporter")

    def send(address: str) -> None:
        provider = trace.TracerProvider()
        exporter = otlp.OTLPSpanExporter(f"{address}/v1/traces", compression=otlp.Compression.Gzip)
        provider.add_span_processor(export.SimpleSpanProcessor(exporter))
        attributes = {"gen_ai.operation.name": "chat", "gen_ai.request.model": "model-large", "user.id": "user-17"}
        provider.get_tracer("test").start_span("chat", attributes=attributes).end()
        provider.shutdown()

    (line,) = _while_it_runs(tmp_path, send)
    (part,) = OTEL.read(line)
    row = part.row
    assert (row["request_model"], row["account_id"]) == ("model-large", "user-17")
