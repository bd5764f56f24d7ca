"""TensorZero's ClickHouse tables `ChatInference` and `ModelInference`, joined on the inference id.

Written by: TensorZero's gateway; exported as JSON Lines or Parquet.

Markers: `function_name`, `variant_name` and `episode_id` (ChatInference), or `inference_id`, `raw_request` and
`raw_response` (ModelInference).

Account: the tag `user_id`, which the application sets.

Traps: the id is a UUIDv7 and is the time. One inference may ask several models (retries, best of n): they are one
exchange here, with the first one's figures. Input and output are JSON in text. There is no network field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format, Part
from stillwatch.logs.times import start_ns, time_ns
from stillwatch.wire.bodies import answer_row, conversation_row, reply_row, request_row
from stillwatch.wire.messages import chain_hash, read_request
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.replies import read_reply
from stillwatch.wire.values import count, first_count, first_text, mapping, number, parsed, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KIND: Final = "tensorzero-inference"


def _is_chat(record: Record) -> bool:
    return "function_name" in record and "variant_name" in record and "episode_id" in record


def _matches(record: Record) -> bool:
    return _is_chat(record) or ("inference_id" in record and "raw_request" in record and "raw_response" in record)


def _read(record: Record) -> Iterator[Part]:
    key = text(record.get("id" if _is_chat(record) else "inference_id"))
    if key is None:
        raise ValueError("no inference id")
    yield (
        Part(_KIND, key, 0, _chat(record, key), {})
        if _is_chat(record)
        else Part(_KIND, key, 1, _model(record, key), {})
    )


def _chat(record: Record, key: str) -> Row:
    tags = mapping(record.get("tags"))
    user = first_text(tags.get("user_id"), tags.get("user"))
    started = start_ns(time_ns(key) or record.get("timestamp"))
    lasted = count(record.get("processing_time_ms"))
    output = parsed(record.get("output"))
    reply = reply_row(read_reply({"content": output} if isinstance(output, list) else output))
    return {
        **conversation_row(read_request(mapping(record.get("input")))),
        **reply,
        "record_id": key,
        "source": "tensorzero",
        "started_at": started,
        "ended_at": started + lasted * 1_000_000 if lasted is not None and lasted < 10**9 else None,
        "account_id": user,
        "user_id": user,
        "session_id": text(record.get("episode_id")),
        "operation": "chat",
        "status_code": 200,
        "params": parameters_json(_parameters(record)),
        "tools": tool_names(mapping(record.get("tool_params")).get("tools_available")),
    }


def _parameters(record: Record) -> dict[str, Any]:
    found = mapping(record.get("inference_params"))
    return mapping(found.get("chat_completion")) or found


def _model(record: Record, key: str) -> Row:
    raw = parsed(record.get("raw_response"))
    answer = answer_row(raw if isinstance(raw, (dict, list)) else None)
    return {
        **request_row(record.get("raw_request")),
        **answer,
        "source": "tensorzero",
        "record_id": key,
        "started_at": start_ns(time_ns(key) or record.get("timestamp")),
        "provider": text(record.get("model_provider_name")),
        "request_model": text(record.get("model_name")),
        "finish_reasons": first_text(record.get("finish_reason"), answer["finish_reasons"]),
        "input_tokens": first_count(record.get("input_tokens"), answer["input_tokens"]),
        "output_tokens": first_count(record.get("output_tokens"), answer["output_tokens"]),
        "cost_usd": number(record.get("cost")),
    }


_CHAT: Final = {
    "id": "019ca8b4-6480-7000-8000-000000000001",
    "function_name": "answer",
    "variant_name": "first",
    "episode_id": "019ca8b4-6480-7000-8000-000000000000",
    "input": '{"system":"Answer briefly.","messages":[{"role":"user","content":[{"type":"text","text":"Why?"}]}]}',
    "output": '[{"type":"text","text":"Because."}]',
    "inference_params": '{"chat_completion":{"temperature":0.2}}',
    "tags": {"user_id": "user-17"},
    "processing_time_ms": 2250,
}
_ASKED: Final = {
    "id": "019ca8b4-6481-7000-8000-000000000002",
    "inference_id": "019ca8b4-6480-7000-8000-000000000001",
    "raw_request": '{"model":"model-large-2026","seed":7,"messages":[{"role":"user","content":"Why?"}]}',
    "raw_response": '{"id":"resp-1","model":"model-large-2026","choices":[]}',
    "model_name": "model-large",
    "model_provider_name": "provider-a",
    "input_tokens": 34,
    "output_tokens": 12,
    "finish_reason": "stop",
}
_ROW: Final = {
    "record_id": "019ca8b4-6480-7000-8000-000000000001",
    "source": "tensorzero",
    "started_at": 0x019CA8B46480 * 1_000_000,
    "ended_at": (0x019CA8B46480 + 2250) * 1_000_000,
    "account_id": "user-17",
    "user_id": "user-17",
    "session_id": "019ca8b4-6480-7000-8000-000000000000",
    "operation": "chat",
    "provider": "provider-a",
    "request_model": "model-large",
    "response_model": "model-large-2026",
    "response_id": "resp-1",
    "status_code": 200,
    "params": '{"temperature":0.2}',
    "system_text": "Answer briefly.",
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "finish_reasons": "stop",
    "input_tokens": 34,
    "output_tokens": 12,
}

FORMAT: Final = Format(
    name="tensorzero",
    title="TensorZero inference tables",
    matches=_matches,
    read=_read,
    cases=(Case(name="an inference and the model it asked", records=(_ASKED, _CHAT), rows=(_ROW,)),),
    account_hint="Have the application set the tag user_id.",
)
