"""LiteLLM's StandardLoggingPayload: one JSON object a request.

Written by: callbacks `s3_v2`, `gcs_bucket`, `gcs_pubsub`, `sqs`, `azure_storage` and `generic_api` of the proxy, one
object a file, as JSON Lines, or as a JSON array. As of LiteLLM 1.109.

Markers: `litellm_call_id`, `model_parameters` and `metadata.user_api_key_hash`. Versions without `litellm_call_id` are
told by `hidden_params` and `model_parameters`.

Account: `metadata.user_api_key_user_id`, unless it is a placeholder such as `default_user_id`; then the key's hash.

Traps: `requester_ip_address` is the TCP peer unless `use_x_forwarded_for` is set, so that all accounts behind one load
balancer share it. `end_user` is written by the caller. With message logging off, content reads `redacted-by-litellm` in
every record; it counts as missing here. `startTime` is an epoch float, exact to the microsecond.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format
from stillwatch.logs.line_columns import LineShape
from stillwatch.logs.litellm import conversation_of, is_batch_call, operation_of, outcome_of, reply_of
from stillwatch.logs.litellm_columns import read_payload_columns
from stillwatch.logs.times import start_ns, time_ns
from stillwatch.wire.account_of import account_of
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.usage import Usage, read_usage
from stillwatch.wire.values import count, first_text, mapping, number, text, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

KNOWN: Final = frozenset(
    (
        *(
            "id",
            "trace_id",
            "session_id",
            "litellm_call_id",
            "litellm_trace_id",
            "call_type",
            "stream",
            "response_cost",
        ),
        *("cost_breakdown", "status", "status_fields", "custom_llm_provider", "total_tokens", "prompt_tokens"),
        *("completion_tokens", "startTime", "endTime", "completionStartTime", "response_time", "model", "model_id"),
        *("model_group", "api_base", "metadata", "cache_hit", "cache_key", "request_tags", "end_user", "user_agent"),
        *("requester_ip_address", "messages", "response", "error_str", "error_information", "model_parameters"),
        *("hidden_params", "guardrail_information", "model_map_information", "saved_cache_cost"),
        *("response_cost_failure_debug_info", "standard_built_in_tools_params", "cache_read_input_tokens"),
    )
)


_NUMBERS: Final = ("response_cost",)
_COUNTS: Final = ("prompt_tokens", "completion_tokens")
_TIMES: Final = ("startTime", "endTime")
_VALUES: Final = ("metadata", "messages", "response", "model_parameters", "error_information")
_TEXTS: Final = (
    *("id", "session_id", "litellm_call_id", "call_type", "status", "custom_llm_provider", "model", "model_group"),
    *("end_user", "requester_ip_address", "user_agent"),
)
LINES: Final = LineShape(
    required=("model_parameters", "startTime", "hidden_params"),
    texts=_TEXTS,
    values=_VALUES,
    counts=_COUNTS,
    numbers=_NUMBERS,
    times=_TIMES,
    ignored=tuple(sorted(KNOWN - {*_TEXTS, *_VALUES, *_COUNTS, *_NUMBERS, *_TIMES})),
)


def _matches(record: Record) -> bool:
    if "model_parameters" not in record or "startTime" not in record:
        return False
    metadata = mapping(record.get("metadata"))
    return ("litellm_call_id" in record and "user_api_key_hash" in metadata) or "hidden_params" in record


def _read(record: Record) -> Iterator[Row]:
    raw = record.get("metadata")
    metadata = raw if type(raw) is dict else mapping(raw)
    raw = record.get("model_parameters")
    parameters = raw if type(raw) is dict else mapping(raw)
    asked = conversation_of(record.get("messages"))
    reply = reply_of(record.get("response"))
    yield {
        **_identity(record, metadata),
        **_operation(record, metadata, parameters),
        **_tokens(record, metadata, reply.usage),
        "started_at": start_ns(record.get("startTime")),
        "ended_at": time_ns(record.get("endTime")),
        "response_id": reply.response_id or text(record.get("id")),
        "response_model": reply.response_model,
        "system_text": asked.system_text,
        "prompt_text": asked.prompt_text,
        "reply_text": reply.reply_text,
        "turn": asked.turn,
        "chain_self": asked.chain_self,
        "chain_parent": asked.chain_parent,
        "reasoning_in": asked.reasoning_in,
        "reasoning_out": reply.reasoning_out,
        "finish_reasons": reply.finish_reasons,
        "extra": unknown_fields(record, KNOWN),
    }


def _identity(record: Record, metadata: dict[str, Any]) -> Row:
    user_id = text(metadata.get("user_api_key_user_id"))
    api_key_id = text(metadata.get("user_api_key_hash"))
    return {
        "record_id": first_text(record.get("litellm_call_id"), record.get("id")),
        "source": "litellm_payload",
        "account_id": account_of(user_id, api_key_id),
        "user_id": user_id,
        "api_key_id": api_key_id,
        "team_id": text(metadata.get("user_api_key_team_id")),
        "org_id": text(metadata.get("user_api_key_org_id")),
        "end_user_id": text(record.get("end_user")) or text(metadata.get("user_api_key_end_user_id")),
        "session_id": text(record.get("session_id")),
        "client_address": text(metadata.get("requester_ip_address")) or text(record.get("requester_ip_address")),
        "user_agent": text(metadata.get("user_agent")) or text(record.get("user_agent")),
    }


def _operation(record: Record, metadata: dict[str, Any], parameters: dict[str, Any]) -> Row:
    call_type = text(record.get("call_type"))
    outcome = outcome_of(record.get("status"), record.get("error_information") or metadata.get("error_information"))
    return {
        "operation": operation_of(call_type),
        "provider": text(record.get("custom_llm_provider")),
        "request_model": text(record.get("model_group")) or text(record.get("model")),
        "status_code": outcome.status_code,
        "error_type": outcome.error_type,
        "conversation_id": text(parameters.get("previous_response_id")),
        "params": parameters_json(parameters),
        "tools": tool_names(parameters.get("tools")) if "tools" in parameters else None,
        "is_batch": is_batch_call(call_type),
    }


def _tokens(record: Record, metadata: dict[str, Any], reported: Usage) -> Row:
    usage = reported if reported.output_tokens is not None else read_usage(metadata.get("usage_object"))
    return {
        "input_tokens": usage.input_tokens if (found := count(record.get("prompt_tokens"))) is None else found,
        "output_tokens": usage.output_tokens if (found := count(record.get("completion_tokens"))) is None else found,
        "reasoning_tokens": usage.reasoning_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cost_usd": number(record.get("response_cost")),
    }


_ASKED: Final = {
    "id": "chatcmpl-0001",
    "litellm_call_id": "call-0001",
    "session_id": "session-1",
    "call_type": "acompletion",
    "custom_llm_provider": "provider-a",
    "status": "success",
    "response_cost": 0.0021,
    "prompt_tokens": 34,
    "completion_tokens": 12,
    "startTime": 1772355600.25,
    "endTime": 1772355602.5,
    "model": "model-large-2026",
    "model_group": "model-large",
    "end_user": "reader-7",
    "metadata": {
        "user_api_key_hash": "a1b2c3",
        "user_api_key_user_id": "user-17",
        "user_api_key_team_id": "team-2",
        "user_api_key_org_id": "org-1",
        "requester_ip_address": "192.0.2.10",
        "user_agent": "client/1.0",
    },
    "messages": [
        {"role": "system", "content": "Answer briefly."},
        {"role": "user", "content": "Why is the sky blue?"},
    ],
    "response": {
        "id": "chatcmpl-0001",
        "model": "model-large-2026",
        "choices": [
            {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "It scatters light."}}
        ],
        "usage": {"prompt_tokens": 34, "completion_tokens": 12, "prompt_tokens_details": {"cached_tokens": 8}},
    },
    "model_parameters": {
        "temperature": 0.2,
        "max_tokens": 64,
        "stream": False,
        "tools": [{"type": "function", "function": {"name": "look_up", "parameters": {}}}],
    },
    "hidden_params": {},
    "deployment_zone": "north",
}
_ROW: Final = {
    "record_id": "call-0001",
    "source": "litellm_payload",
    "started_at": 1772355600250000000,
    "ended_at": 1772355602500000000,
    "account_id": "user-17",
    "user_id": "user-17",
    "api_key_id": "a1b2c3",
    "team_id": "team-2",
    "org_id": "org-1",
    "end_user_id": "reader-7",
    "session_id": "session-1",
    "client_address": "192.0.2.10",
    "user_agent": "client/1.0",
    "operation": "chat",
    "provider": "provider-a",
    "request_model": "model-large",
    "response_model": "model-large-2026",
    "response_id": "chatcmpl-0001",
    "status_code": 200,
    "params": '{"max_tokens":64,"temperature":0.2}',
    "tools": "look_up",
    "system_text": "Answer briefly.",
    "prompt_text": "Why is the sky blue?",
    "reply_text": "It scatters light.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why is the sky blue?")]),
    "chain_parent": 0,
    "finish_reasons": "stop",
    "input_tokens": 34,
    "output_tokens": 12,
    "cache_read_tokens": 8,
    "cost_usd": 0.0021,
    "is_batch": False,
    "extra": '{"deployment_zone":"north"}',
}
_REFUSED: Final = {
    "litellm_call_id": "call-0002",
    "call_type": "acompletion",
    "status": "failure",
    "startTime": 1772355700.0,
    "model": "model-large",
    "metadata": {"user_api_key_hash": "a1b2c3", "user_api_key_user_id": "default_user_id"},
    "messages": [{"role": "user", "content": "redacted-by-litellm"}],
    "error_information": {"error_code": "429", "error_class": "RateLimitError"},
    "model_parameters": {},
}
_REFUSED_ROW: Final = {
    "record_id": "call-0002",
    "source": "litellm_payload",
    "started_at": 1772355700000000000,
    "account_id": "a1b2c3",
    "user_id": "default_user_id",
    "api_key_id": "a1b2c3",
    "operation": "chat",
    "request_model": "model-large",
    "status_code": 429,
    "error_type": "RateLimitError",
    "chain_self": 0,
    "chain_parent": 0,
    "is_batch": False,
}

FORMAT: Final = Format(
    name="litellm_payload",
    title="LiteLLM StandardLoggingPayload",
    matches=_matches,
    read=_read,
    read_columns=partial(read_payload_columns, KNOWN),
    columns_read=frozenset(LINES.names()) - frozenset(LINES.ignored),
    lines=LINES,
    has_decisive_names=True,
    cases=(
        Case(name="a question and its reply", records=(_ASKED,), rows=(_ROW,)),
        Case(
            name="refused for its rate, content redacted, placeholder user", records=(_REFUSED,), rows=(_REFUSED_ROW,)
        ),
    ),
)
