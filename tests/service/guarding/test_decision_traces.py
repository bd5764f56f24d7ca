"""Decisions as spans: what they say, and that a collector gets them."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from stillwatch.core.decision import Action, Decision
from stillwatch.core.errors import SettingsError
from stillwatch.core.request_facts import RequestFacts
from stillwatch.faces.gateway.otlp_body import otlp_line
from stillwatch.service.guarding import decision_traces
from stillwatch.service.guarding.decision_traces import DecisionTraces, attributes_of, open_traces

FACTS = RequestFacts("r-1", 1_772_355_600.5, account_id="acct-1", path="/v1/messages", model="model-large")
DENIED = Decision(
    action=Action.BLOCK, rule="operators", observed=("operators",), subject="c-1", confidence=0.9, id="d-1"
)


def test_a_span_says_what_was_decided_and_names_no_customer():
    said = attributes_of(FACTS, DENIED)
    assert said == {
        "stillwatch.action": "block",
        "stillwatch.rule": "operators",
        "stillwatch.observed": ["operators"],
        "stillwatch.subject": "c-1",
        "stillwatch.confidence": 0.9,
        "stillwatch.decision.id": "d-1",
        "stillwatch.request.id": "r-1",
        "gen_ai.request.model": "model-large",
        "url.path": "/v1/messages",
    }


def test_only_what_is_worth_telling_becomes_a_span():
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(memory))
    traces = DecisionTraces(provider)
    traces.note(FACTS, Decision(action=Action.ALLOW))
    traces.note(FACTS, DENIED)
    (span,) = memory.get_finished_spans()
    traces.close()
    assert (span.name, span.start_time, span.attributes["stillwatch.rule"]) == (
        "stillwatch.decide",
        1_772_355_600_500_000_000,
        "operators",
    )


def test_a_span_is_a_child_of_the_gateways_and_follows_its_sampling():
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter").InMemorySpanExporter()
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(memory))
    traces = DecisionTraces(provider)
    trace, parent = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    traces.note(FACTS._replace(trace_parent=f"00-{trace}-{parent}-01", trace_state="gw=1"), DENIED)
    traces.note(FACTS._replace(trace_parent=f"00-{trace}-{parent}-00"), DENIED)
    traces.note(FACTS._replace(trace_parent="00-0-0-01"), DENIED)
    child, alone = memory.get_finished_spans()
    traces.close()
    assert f"{child.context.trace_id:032x} {child.parent.span_id:016x}" == f"{trace} {parent}"
    assert dict(child.context.trace_state) == {"gw": "1"}
    assert alone.parent is None
    assert f"{alone.context.trace_id:032x}" != trace


def test_a_collector_gets_them():
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    got: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    traces = open_traces(f"http://127.0.0.1:{server.server_port}/v1/traces")
    traces.note(FACTS, DENIED)
    traces.close()
    server.shutdown()
    thread.join()
    server.server_close()
    (line,) = (otlp_line(body, field="resourceSpans", is_protobuf=True).line for body in got)
    (span,) = json.loads(line)["resourceSpans"][0]["scopeSpans"][0]["spans"]
    assert {"key": "stillwatch.decision.id", "value": {"stringValue": "d-1"}} in span["attributes"]


def test_without_the_packages_the_mend_is_named(monkeypatch):
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(decision_traces, "import_module", missing)
    with pytest.raises(SettingsError, match="stillwatch\\[otel\\]"):
        open_traces("http://127.0.0.1:1/v1/traces")
