"""LiteLLM's Postgres table `LiteLLM_SpendLogs`, exported as CSV, Parquet or JSON.

Written by: the proxy with a database; one row a request. As of LiteLLM 1.109.

Markers: `request_id`, `api_key`, `spend` and `startTime` together, without `model_parameters`.

Account: `user`, unless it is a placeholder such as `default_user_id`; then `api_key`, which is the key's hash.

Traps: `messages`, `response` and `proxy_server_request` are empty (`{}`) unless
`general_settings.store_prompts_in_spend_logs` is set, and long text in them is cut in the middle. Parameters are found
in `proxy_server_request` alone. `requester_ip_address` is the TCP peer unless `use_x_forwarded_for` is set, and is
missing on failed authentication. Times have no zone; they are UTC.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format
from stillwatch.logs.litellm import conversation_of, is_batch_call, operation_of, outcome_of, reply_of
from stillwatch.logs.litellm_columns import read_spendlog_columns
from stillwatch.logs.times import start_ns, time_ns
from stillwatch.wire.account_of import account_of
from stillwatch.wire.bodies import conversation_of as previous_of
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.usage import read_usage
from stillwatch.wire.values import first_count, first_text, mapping, number, text, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

KNOWN: Final = frozenset(
    (
        *("request_id", "call_type", "api_key", "spend", "total_tokens", "prompt_tokens", "completion_tokens"),
        *("startTime", "endTime", "request_duration_ms", "completionStartTime", "model", "model_id", "model_group"),
        *("custom_llm_provider", "api_base", "user", "metadata", "cache_hit", "cache_key", "request_tags", "team_id"),
        *("organization_id", "end_user", "requester_ip_address", "messages", "response", "session_id", "status"),
        *("mcp_namespaced_tool_name", "billing_agent_id", "agent_id", "proxy_server_request", "litellm_call_id"),
    )
)
_NEVER_READ: Final = frozenset(
    (
        *("total_tokens", "request_duration_ms", "completionStartTime", "model_id", "api_base", "cache_hit"),
        *("cache_key", "request_tags", "mcp_namespaced_tool_name", "billing_agent_id", "agent_id"),
    )
)
_MARKERS: Final = frozenset(("request_id", "api_key", "spend", "startTime"))


def _matches(record: Record) -> bool:
    return record.keys() >= _MARKERS and "model_parameters" not in record


def _read(record: Record) -> Iterator[Row]:
    metadata = mapping(record.get("metadata"))
    body = request_body(record.get("proxy_server_request"))
    asked = conversation_of(record.get("messages"))
    if asked.prompt_text is None:
        asked = conversation_of(body)
    reply = reply_of(record.get("response"))
    usage = read_usage(metadata.get("usage_object")) if reply.usage.output_tokens is None else reply.usage
    yield {
        **_identity(record, metadata),
        **_operation(record, metadata, body),
        **asked._asdict(),
        "started_at": start_ns(record.get("startTime")),
        "ended_at": time_ns(record.get("endTime")),
        "response_id": reply.response_id or text(record.get("request_id")),
        "response_model": reply.response_model,
        "reply_text": reply.reply_text,
        "reasoning_out": reply.reasoning_out,
        "finish_reasons": reply.finish_reasons,
        "input_tokens": first_count(record.get("prompt_tokens"), usage.input_tokens),
        "output_tokens": first_count(record.get("completion_tokens"), usage.output_tokens),
        "reasoning_tokens": usage.reasoning_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cost_usd": number(record.get("spend")),
        "extra": unknown_fields(record, KNOWN),
    }


def request_body(value: Any) -> dict[str, Any]:
    """The client's body out of `proxy_server_request`, which is the body or an object around it."""
    found = mapping(value)
    inner = found.get("body")
    return inner if isinstance(inner, dict) else found


def _identity(record: Record, metadata: dict[str, Any]) -> Row:
    user_id = first_text(record.get("user"), metadata.get("user_api_key_user_id"))
    api_key_id = text(record.get("api_key"))
    return {
        "record_id": first_text(record.get("litellm_call_id"), record.get("request_id")),
        "source": "litellm_spendlogs",
        "account_id": account_of(user_id, api_key_id),
        "user_id": user_id,
        "api_key_id": api_key_id,
        "team_id": first_text(record.get("team_id"), metadata.get("user_api_key_team_id")),
        "org_id": first_text(record.get("organization_id"), metadata.get("user_api_key_org_id")),
        "end_user_id": text(record.get("end_user")),
        "session_id": text(record.get("session_id")),
        "client_address": first_text(record.get("requester_ip_address"), metadata.get("requester_ip_address")),
        "user_agent": text(metadata.get("user_agent")),
    }


def _operation(record: Record, metadata: dict[str, Any], body: dict[str, Any]) -> Row:
    call_type = text(record.get("call_type"))
    outcome = outcome_of(record.get("status") or metadata.get("status"), metadata.get("error_information"))
    return {
        "conversation_id": previous_of(body),
        "operation": operation_of(call_type),
        "provider": text(record.get("custom_llm_provider")),
        "request_model": first_text(record.get("model_group"), record.get("model")),
        "status_code": outcome.status_code,
        "error_type": outcome.error_type,
        "params": parameters_json(body),
        "tools": tool_names(body.get("tools")),
        "is_batch": is_batch_call(call_type),
    }


_ASKED: Final = {
    "request_id": "chatcmpl-0001",
    "litellm_call_id": "call-0001",
    "call_type": "acompletion",
    "api_key": "a1b2c3",
    "spend": "0.0021",
    "prompt_tokens": "34",
    "completion_tokens": "12",
    "startTime": "2026-03-01 09:00:00.25",
    "endTime": "2026-03-01 09:00:02.5",
    "model": "model-large-2026",
    "model_group": "model-large",
    "custom_llm_provider": "provider-a",
    "user": "user-17",
    "team_id": "team-2",
    "organization_id": "",
    "end_user": "",
    "requester_ip_address": "192.0.2.10",
    "session_id": "session-1",
    "status": "success",
    "metadata": '{"usage_object": {"completion_tokens_details": {"reasoning_tokens": 5}}}',
    "messages": "{}",
    "response": '{"id":"chatcmpl-0001",'
    '"choices":[{"finish_reason":"stop","message":{"content":"It scatters light."}}]}',
    "proxy_server_request": '{"model":"model-large","top_p":0.9,'
    '"messages":[{"role":"user","content":"Why is it blue?"}]}',
}
_ROW: Final = {
    "record_id": "call-0001",
    "source": "litellm_spendlogs",
    "started_at": 1772355600250000000,
    "ended_at": 1772355602500000000,
    "account_id": "user-17",
    "user_id": "user-17",
    "api_key_id": "a1b2c3",
    "team_id": "team-2",
    "session_id": "session-1",
    "client_address": "192.0.2.10",
    "operation": "chat",
    "provider": "provider-a",
    "request_model": "model-large",
    "response_id": "chatcmpl-0001",
    "status_code": 200,
    "params": '{"top_p":0.9}',
    "prompt_text": "Why is it blue?",
    "reply_text": "It scatters light.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why is it blue?")]),
    "chain_parent": 0,
    "finish_reasons": "stop",
    "input_tokens": 34,
    "output_tokens": 12,
    "reasoning_tokens": 5,
    "cost_usd": 0.0021,
    "is_batch": False,
}
_DENIED: Final = {
    "request_id": "call-0003",
    "call_type": "acompletion",
    "api_key": "a1b2c3",
    "spend": 0,
    "startTime": "2026-03-01T09:00:00Z",
    "model": "model-large",
    "user": "default_user_id",
    "status": "failure",
    "metadata": {"error_information": {"error_code": "403", "error_class": "PermissionDeniedError"}},
}
_DENIED_ROW: Final = {
    "record_id": "call-0003",
    "source": "litellm_spendlogs",
    "started_at": 1772355600000000000,
    "account_id": "a1b2c3",
    "user_id": "default_user_id",
    "api_key_id": "a1b2c3",
    "operation": "chat",
    "request_model": "model-large",
    "response_id": "call-0003",
    "status_code": 403,
    "error_type": "PermissionDeniedError",
    "chain_self": 0,
    "chain_parent": 0,
    "cost_usd": 0.0,
    "is_batch": False,
}

FORMAT: Final = Format(
    name="litellm_spendlogs",
    title="LiteLLM SpendLogs table",
    matches=_matches,
    read=_read,
    read_columns=partial(read_spendlog_columns, KNOWN),
    columns_read=KNOWN - _NEVER_READ,
    has_decisive_names=True,
    cases=(
        Case(name="a CSV row with the prompt in the proxied request", records=(_ASKED,), rows=(_ROW,)),
        Case(name="denied, placeholder user", records=(_DENIED,), rows=(_DENIED_ROW,)),
    ),
)
