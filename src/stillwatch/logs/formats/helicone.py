"""Helicone's table `request_response_rmt`, exported from ClickHouse as JSON Lines, CSV or Parquet.

Written by: Helicone's gateway, one row a request.

Markers: `request_created_at`, `response_created_at` and `proxy_key_id`.

Account: `user_id`, which the application sets; else the proxy key.

Traps: `organization_id` is the operator's own organisation, so it names no caller among many. `status` is negative for
requests that were cancelled or blocked. Bodies may be cut or replaced by a notice when they are large. This is the only
gateway log with a country.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format
from stillwatch.logs.times import start_ns, time_ns
from stillwatch.wire.account_of import account_of
from stillwatch.wire.bodies import answer_row, operation_of_path, outcome_row, request_row
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.values import count, first_count, first_text, mapping, number, parsed, text, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KNOWN: Final = frozenset(
    (
        *("request_id", "response_id", "request_created_at", "response_created_at", "latency", "status", "model"),
        *("provider", "user_id", "organization_id", "proxy_key_id", "threat", "time_to_first_token", "prompt_tokens"),
        *("completion_tokens", "prompt_cache_write_tokens", "prompt_cache_read_tokens", "prompt_audio_tokens"),
        *("completion_audio_tokens", "country_code", "target_url", "properties", "scores", "request_body"),
        *("response_body", "cache_reference_id", "cost"),
    )
)
_MARKERS: Final = frozenset(("request_created_at", "response_created_at", "proxy_key_id"))


def _matches(record: Record) -> bool:
    return record.keys() >= _MARKERS


def _read(record: Record) -> Iterator[Row]:
    body = mapping(record.get("request_body"))
    answered = parsed(record.get("response_body"))
    answer = answer_row(answered)
    properties = mapping(record.get("properties"))
    yield {
        **request_row(body),
        **answer,
        **_identity(record, properties),
        **outcome_row(record.get("status"), mapping(answered).get("error")),
        "record_id": text(record.get("request_id")),
        "source": "helicone",
        "started_at": start_ns(record.get("request_created_at")),
        "ended_at": time_ns(record.get("response_created_at")),
        "operation": operation_of_path(text(record.get("target_url"))),
        "provider": text(record.get("provider")),
        "request_model": first_text(body.get("model"), record.get("model")),
        "response_id": first_text(answer["response_id"], record.get("response_id")),
        "input_tokens": first_count(record.get("prompt_tokens"), answer["input_tokens"]),
        "output_tokens": first_count(record.get("completion_tokens"), answer["output_tokens"]),
        "cache_read_tokens": count(record.get("prompt_cache_read_tokens")),
        "cost_usd": number(record.get("cost")),
        "extra": unknown_fields(record, _KNOWN),
    }


def _identity(record: Record, properties: dict[str, Any]) -> Row:
    user_id, key = text(record.get("user_id")), text(record.get("proxy_key_id"))
    return {
        "account_id": account_of(user_id, key),
        "user_id": user_id,
        "api_key_id": key,
        "org_id": text(record.get("organization_id")),
        "session_id": text(properties.get("Helicone-Session-Id")),
        "user_agent": first_text(properties.get("user-agent"), properties.get("User-Agent")),
        "country": text(record.get("country_code")),
    }


_ASKED: Final = {
    "request_id": "req-1",
    "response_id": "resp-row-1",
    "request_created_at": "2026-03-01 09:00:00.250",
    "response_created_at": "2026-03-01 09:00:02.500",
    "status": 200,
    "model": "model-large-2026",
    "provider": "PROVIDER_A",
    "user_id": "user-17",
    "organization_id": "org-1",
    "proxy_key_id": "key-5",
    "country_code": "NZ",
    "target_url": "https://api.example.com/v1/chat/completions",
    "prompt_tokens": 34,
    "completion_tokens": 12,
    "properties": {"Helicone-Session-Id": "session-1"},
    "request_body": '{"model":"model-large","logprobs":true,"messages":[{"role":"user","content":"Why?"}]}',
    "response_body": '{"id":"resp-1","choices":[{"finish_reason":"stop","message":{"content":"Because."}}]}',
}
_ROW: Final = {
    "record_id": "req-1",
    "source": "helicone",
    "started_at": 1772355600250000000,
    "ended_at": 1772355602500000000,
    "account_id": "user-17",
    "user_id": "user-17",
    "api_key_id": "key-5",
    "org_id": "org-1",
    "session_id": "session-1",
    "country": "NZ",
    "operation": "chat",
    "provider": "PROVIDER_A",
    "request_model": "model-large",
    "response_id": "resp-1",
    "status_code": 200,
    "params": '{"logprobs":true}',
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
    name="helicone",
    title="Helicone request and response table",
    matches=_matches,
    read=_read,
    cases=(Case(name="a row with both bodies", records=(_ASKED,), rows=(_ROW,)),),
    account_hint="Have applications send Helicone-User-Id, or give each customer a proxy key.",
)
