"""An OTLP/HTTP export request, JSON or protobuf, as the JSON line that the OpenTelemetry file exporter would write.

Source: opentelemetry-proto, `docs/specification.md`, "OTLP/HTTP" and "JSON Protobuf Encoding": ids are written in
hexadecimal there, not in base64 as protobuf's own mapping has it.
"""

from __future__ import annotations

import base64
from importlib import import_module
from typing import Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import InputError, SettingsError

_IDS: Final = ("traceId", "spanId", "parentSpanId")
_MODULES: Final = {
    "resourceSpans": ("trace.v1.trace_service_pb2", "ExportTraceServiceRequest"),
    "resourceLogs": ("logs.v1.logs_service_pb2", "ExportLogsServiceRequest"),
}
_MARKS: Final = (b"gen_ai.", b"openinference.", b"llm.")


class OtlpLine(NamedTuple):
    line: bytes
    """One line of JSON with its line break; empty where nothing of it is about a language model."""
    records: int
    """Spans, or log records."""


def otlp_line(body: bytes, *, field: str, is_protobuf: bool) -> OtlpLine:
    """Read an export request; `field` is `resourceSpans` or `resourceLogs`.

    Raises:
        InputError: It is no export request.
        SettingsError: It is protobuf, and the packages that read it are not installed.
    """
    document = _from_protobuf(body, field) if is_protobuf else _from_json(body)
    resources = document.get(field, []) if isinstance(document, dict) else None
    if not isinstance(resources, list):
        raise InputError(f"no {field} in it", where="OTLP request", mend="send traces and logs to their own paths")
    records = sum(len(scope.get(_inner(field), ())) for one in resources for scope in one.get(_scopes(field), ()))
    if not any(mark in body for mark in _MARKS):
        return OtlpLine(b"", records)
    return OtlpLine(orjson.dumps({field: resources}, option=orjson.OPT_APPEND_NEWLINE), records)


def _scopes(field: str) -> str:
    return "scopeSpans" if field == "resourceSpans" else "scopeLogs"


def _inner(field: str) -> str:
    return "spans" if field == "resourceSpans" else "logRecords"


def _from_json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InputError("the body is no JSON", where="OTLP request", mend="name its content type") from error


def _from_protobuf(body: bytes, field: str) -> dict[str, Any]:
    module, name = _MODULES[field]
    try:
        message = getattr(import_module(f"opentelemetry.proto.collector.{module}"), name)()
        to_dict = import_module("google.protobuf.json_format").MessageToDict
        decode_error: type[Exception] = import_module("google.protobuf.message").DecodeError
    except ImportError as error:
        mend = "pip install 'stillwatch[otel]', or let the exporter send JSON"
        raise SettingsError("protobuf cannot be read here", where="OTLP request", mend=mend) from error
    try:
        message.ParseFromString(body)
    except decode_error as error:
        raise InputError("the body is no protobuf", where="OTLP request", mend="name its content type") from error
    document: dict[str, Any] = to_dict(message)
    for resource in document.get(field, ()):
        for scope in resource.get(_scopes(field), ()):
            for record in scope.get(_inner(field), ()):
                record.update({key: base64.b64decode(record[key]).hex() for key in _IDS if key in record})
    return document
