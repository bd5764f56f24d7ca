"""Vertex AI's request-response log in BigQuery, exported as JSON Lines or Parquet.

Written by: endpoints with request-response logging.

Markers: `full_request`, `full_response` and `api_method`.

Traps: logging may sample (`sampling_rate` below 1): counts are then a sample; a rate in the record is kept in `extra`.
Nothing names the caller but `labels` of the request and `metadata`, both written by the caller. A stream's reply may be
a list of chunks. Thoughts are parts marked `thought` and are no reply text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format
from stillwatch.logs.times import start_ns
from stillwatch.wire.bodies import answer_row, operation_of_path, outcome_row, request_row
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.values import first_text, mapping, parsed, sequence, text, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KNOWN: Final = frozenset(
    (
        *("endpoint", "deployed_model_id", "logging_time", "request_id", "request_payload", "response_payload"),
        *("model", "model_version", "api_method", "full_request", "full_response", "otel_log"),
    )
)


def _matches(record: Record) -> bool:
    return "full_request" in record and "full_response" in record and "api_method" in record


def _read(record: Record) -> Iterator[Row]:
    body = mapping(record.get("full_request")) or _first(record.get("request_payload"))
    answered = parsed(record.get("full_response")) or _first(record.get("response_payload"))
    answer = answer_row(answered)
    asked = request_row(body | mapping(body.get("generationConfig")) | {"generationConfig": None})
    user = first_text(mapping(body.get("labels")).get("user_id"), mapping(record.get("metadata")).get("user_id"))
    yield {
        **asked,
        **answer,
        **outcome_row(200, mapping(answered).get("error")),
        "record_id": first_text(record.get("request_id"), answer["response_id"]),
        "source": "vertex",
        "started_at": start_ns(record.get("logging_time")),
        "end_user_id": user,
        "org_id": _project(text(record.get("endpoint"))),
        "operation": operation_of_path(text(record.get("api_method"))) or text(record.get("api_method")),
        "provider": "gcp.vertex_ai",
        "request_model": first_text(record.get("model"), body.get("model"), record.get("deployed_model_id")),
        "response_model": first_text(answer["response_model"], record.get("model_version")),
        "extra": unknown_fields(record, _KNOWN),
    }


def _first(payloads: Any) -> dict[str, Any]:
    items = sequence(payloads)
    return mapping(items[0]) if items else {}


def _project(endpoint: str | None) -> str | None:
    """`P` of `projects/P/locations/...`."""
    names = (endpoint or "").split("/")
    return names[names.index("projects") + 1] if "projects" in names[:-1] else None


_LOGGED: Final = {
    "endpoint": "projects/project-1/locations/zone-1/endpoints/5",
    "logging_time": "2026-03-01 09:00:00.250000 UTC",
    "request_id": "req-1",
    "model": "model-large",
    "api_method": "generateContent",
    "full_request": {
        "contents": [{"role": "user", "parts": [{"text": "Why?"}]}],
        "systemInstruction": {"parts": [{"text": "Answer briefly."}]},
        "generationConfig": {"temperature": 0.2},
        "tools": [{"functionDeclarations": [{"name": "look_up"}]}],
    },
    "full_response": {
        "candidates": [
            {
                "content": {
                    "role": "model",
                    "parts": [{"text": "Hm.", "thought": True}, {"text": "Because.", "thoughtSignature": "sig-1"}],
                },
                "finishReason": "STOP",
            }
        ],
        "usageMetadata": {"promptTokenCount": 34, "candidatesTokenCount": 12, "thoughtsTokenCount": 5},
        "modelVersion": "model-large-2026",
        "responseId": "resp-1",
    },
    "metadata": None,
}
_ROW: Final = {
    "record_id": "req-1",
    "source": "vertex",
    "started_at": 1772355600250000000,
    "org_id": "project-1",
    "operation": "generate_content",
    "provider": "gcp.vertex_ai",
    "request_model": "model-large",
    "response_model": "model-large-2026",
    "response_id": "resp-1",
    "status_code": 200,
    "params": '{"temperature":0.2}',
    "tools": "look_up",
    "system_text": "Answer briefly.",
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "reasoning_out": "sig-1",
    "finish_reasons": "STOP",
    "input_tokens": 34,
    "output_tokens": 12,
    "reasoning_tokens": 5,
}

FORMAT: Final = Format(
    name="vertex",
    title="Vertex AI request-response log (BigQuery)",
    matches=_matches,
    read=_read,
    cases=(Case(name="a generateContent call with thoughts", records=(_LOGGED,), rows=(_ROW,)),),
    account_hint="Join the audit log's principal, or have the gateway write a label that users cannot set.",
)
