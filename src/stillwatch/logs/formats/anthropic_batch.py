"""Anthropic's message batches: requests and results, joined on `custom_id`.

Written by: whoever sends the batch (`{custom_id, params}`) and the results endpoint (`{custom_id, result}`).

Markers: `custom_id` with `result.type` in succeeded, errored, canceled, expired; or with `params`.

Traps: results carry no time at all. Add `created_at` (of the batch object) to each line, or name the time at ingest;
records without one are rejected and counted. Results come in any order. `custom_id` is unique within a batch only.
`metadata.user_id` is the caller's own hint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.format import Case, Format, Part
from stillwatch.logs.times import time_ns
from stillwatch.wire.bodies import answer_row, outcome_row, request_row
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.values import first_text, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KIND: Final = "anthropic-batch"
_RESULTS: Final = ("succeeded", "errored", "canceled", "expired")
_STATUS: Final = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "rate_limit_error": 429,
    "api_error": 500,
    "overloaded_error": 529,
}


def _matches(record: Record) -> bool:
    if "custom_id" not in record:
        return False
    return isinstance(record.get("params"), dict) or mapping(record.get("result")).get("type") in _RESULTS


def _read(record: Record) -> Iterator[Row | Part]:
    key = text(record.get("custom_id"))
    if key is None:
        raise ValueError("no custom_id")
    common: Row = {"source": "anthropic_batch", "operation": "chat", "is_batch": True, "started_at": _time(record)}
    if isinstance(record.get("params"), dict):
        yield Part(_KIND, key, 0, request_row(record["params"]) | common, {}, needs_more=True)
    else:
        yield Part(_KIND, key, 1, _result(mapping(record.get("result"))) | common, {})


def _time(record: Record) -> int | None:
    return time_ns(record.get("created_at")) or time_ns(record.get("processing_started_at"))


def _result(result: Row) -> Row:
    kind = text(result.get("type"))
    if kind == "succeeded":
        answer = answer_row(mapping(result.get("message")))
        return answer | {"record_id": answer["response_id"], "status_code": 200}
    error = mapping(result.get("error"))
    found = outcome_row(None, error or {"type": kind or "error"})
    return found | {
        "status_code": _STATUS.get(found["error_type"] or ""),
        "record_id": first_text(error.get("request_id")),
    }


_INPUT: Final = {
    "custom_id": "task-1",
    "params": {
        "model": "model-large",
        "max_tokens": 64,
        "system": [{"type": "text", "text": "Answer briefly."}],
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}],
        "metadata": {"user_id": "reader-7"},
    },
}
_OUTPUT: Final = {
    "custom_id": "task-1",
    "created_at": "2026-03-01T09:00:00Z",
    "result": {
        "type": "succeeded",
        "message": {
            "id": "msg-1",
            "type": "message",
            "role": "assistant",
            "model": "model-large-2026",
            "content": [
                {"type": "thinking", "thinking": "Hm.", "signature": "sig-1"},
                {"type": "text", "text": "Because."},
            ],
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 34, "output_tokens": 12, "cache_read_input_tokens": 8},
        },
    },
}
_ROW: Final = {
    "record_id": "msg-1",
    "source": "anthropic_batch",
    "started_at": 1772355600000000000,
    "end_user_id": "reader-7",
    "operation": "chat",
    "request_model": "model-large",
    "response_model": "model-large-2026",
    "response_id": "msg-1",
    "status_code": 200,
    "params": '{"max_tokens":64}',
    "system_text": "Answer briefly.",
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "reasoning_out": "sig-1",
    "finish_reasons": "end_turn",
    "input_tokens": 34,
    "output_tokens": 12,
    "cache_read_tokens": 8,
    "is_batch": True,
}
_ERRORED: Final = {
    "custom_id": "task-2",
    "created_at": "2026-03-01T09:00:00Z",
    "result": {"type": "errored", "error": {"type": "error", "error": {"type": "rate_limit_error", "message": "slow"}}},
}
_ERRORED_ROW: Final = {
    "source": "anthropic_batch",
    "started_at": 1772355600000000000,
    "operation": "chat",
    "status_code": 429,
    "error_type": "rate_limit_error",
    "is_batch": True,
}

FORMAT: Final = Format(
    name="anthropic_batch",
    title="Anthropic message batch requests and results",
    matches=_matches,
    read=_read,
    cases=(
        Case(name="a result and its request", records=(_OUTPUT, _INPUT), rows=(_ROW,)),
        Case(name="refused for its rate", records=(_ERRORED,), rows=(_ERRORED_ROW,)),
    ),
    account_hint="A batch belongs to one account: name it, and the time, when you ingest the file.",
)
