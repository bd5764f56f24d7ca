"""Export requests become the lines that the file exporter writes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.faces.gateway import otlp_body
from stillwatch.faces.gateway.otlp_body import otlp_line
from stillwatch.logs.formats.otel_genai import FORMAT

SPANS = next(case.records[0] for case in FORMAT.cases)


def _protobuf(document: dict[str, Any]) -> bytes:
    """The request as an exporter would send it."""
    service = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
    common = pytest.importorskip("opentelemetry.proto.common.v1.common_pb2")
    request = service.ExportTraceServiceRequest()
    for resource in document["resourceSpans"]:
        scope = request.resource_spans.add().scope_spans.add()
        for one in resource["scopeSpans"][0]["spans"]:
            span = scope.spans.add(
                trace_id=bytes.fromhex(one["traceId"]),
                span_id=bytes.fromhex(one["spanId"]),
                start_time_unix_nano=int(one["startTimeUnixNano"]),
                end_time_unix_nano=int(one["endTimeUnixNano"]),
            )
            for attribute in one["attributes"]:
                value = attribute["value"]
                said = {"string_value": value["stringValue"]} if "stringValue" in value else {}
                said |= {"int_value": int(value["intValue"])} if "intValue" in value else {}
                span.attributes.add(key=attribute["key"], value=common.AnyValue(**said))
    return request.SerializeToString()


def _rows(line: bytes) -> list[dict[str, Any]]:
    return list(FORMAT.read(json.loads(line)))


def test_json_and_protobuf_read_as_the_same_exchange():
    written = otlp_line(json.dumps(SPANS).encode(), field="resourceSpans", is_protobuf=False)
    sent = otlp_line(_protobuf(SPANS), field="resourceSpans", is_protobuf=True)
    assert (written.records, sent.records) == (1, 1)
    assert (written.line[-1:], written.line.count(b"\n")) == (b"\n", 1)
    assert _rows(sent.line) == _rows(written.line) != []


def test_logs_have_a_path_of_their_own():
    events = next(case.records[1] for case in FORMAT.cases if len(case.records) > 1)
    body = json.dumps(events).encode()
    assert otlp_line(body, field="resourceLogs", is_protobuf=False).records == 1
    assert json.loads(otlp_line(body, field="resourceSpans", is_protobuf=False).line or b"null") == {
        "resourceSpans": []
    }


@pytest.mark.parametrize(("body", "is_protobuf"), [(b"{", False), (b"[]", False), (b"\xff\xff\xff", True)])
def test_what_is_no_request_is_said(body, is_protobuf):
    if is_protobuf:
        pytest.importorskip("opentelemetry.proto")
    with pytest.raises(InputError):
        otlp_line(body, field="resourceSpans", is_protobuf=is_protobuf)


def test_without_the_packages_protobuf_names_the_mend(monkeypatch):
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(otlp_body, "import_module", missing)
    with pytest.raises(SettingsError, match="stillwatch\\[otel\\]"):
        otlp_line(b"", field="resourceSpans", is_protobuf=True)
