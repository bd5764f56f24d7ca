"""OpenTelemetry GenAI spans and log events, as the collector's `fileexporter` writes them.

Written by: any instrumentation of the GenAI conventions, OpenLLMetry, LiteLLM's `otel` callback. One
`{"resourceSpans": [...]}` or `{"resourceLogs": [...]}` a line.

Markers: attributes named `gen_ai.*`. Three generations, decided for each attribute: up to 1.36 (`gen_ai.system`,
`prompt_tokens`, `gen_ai.prompt.N.*` or one log event a message), 1.37 on (`gen_ai.provider.name`, `input_tokens`,
`gen_ai.input.messages`), and the genai repository's main (adds `previous_response.id`, `reasoning.level`).

Traps: content is opt-in; with upload hooks it lies outside the span. Spans of agents and tools (`execute_tool`,
`invoke_agent`) carry `gen_ai.*` but ask no model. Log events carry content apart from the span: they are joined by
trace and span id. `network.peer.address` is the model's server, not the client. There is no attribute for an API key;
LiteLLM adds `metadata.user_api_key_*`.
"""

from __future__ import annotations

from typing import Any, Final

from stillwatch.logs.format import Case, Format, Row
from stillwatch.logs.otlp.genai import finish_events
from stillwatch.logs.otlp.lines import is_genai_line, read_line
from stillwatch.wire.messages import chain_hash


def _attributes(values: dict[str, str | int]) -> list[dict[str, Any]]:
    return [
        {"key": name, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for name, value in values.items()
    ]


def _span_line(attributes: dict[str, str | int], **more: Any) -> dict[str, Any]:
    span = {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "eee19b7ec3c1b174",
        "startTimeUnixNano": "1772355600250000000",
        "endTimeUnixNano": "1772355602500000000",
        "attributes": _attributes(attributes),
    } | more
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": [span]}]}]}


def _event_line(name: str, body: dict[str, str]) -> dict[str, Any]:
    event = {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "eee19b7ec3c1b174",
        "timeUnixNano": "1772355600250000000",
        "eventName": name,
        "body": {"kvlistValue": {"values": _attributes(dict(body))}},
    }
    return {"resourceLogs": [{"scopeLogs": [{"logRecords": [event]}]}]}


_LATEST: Final = _span_line(
    {
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "provider-a",
        "gen_ai.request.model": "model-large",
        "gen_ai.request.max_tokens": 64,
        "gen_ai.response.id": "resp-1",
        "gen_ai.usage.input_tokens": 34,
        "gen_ai.usage.output_tokens": 12,
        "gen_ai.system_instructions": '[{"type":"text","content":"Answer briefly."}]',
        "gen_ai.input.messages": '[{"role":"user","parts":[{"type":"text","content":"Why is the sky blue?"}]}]',
        "gen_ai.output.messages": '[{"role":"assistant","parts":[{"type":"reasoning","content":"Hm."},'
        '{"type":"text","content":"It scatters light."}],"finish_reason":"stop"}]',
        "user.id": "user-17",
        "client.address": "192.0.2.10",
    }
)
_LITELLM: Final = _span_line(
    {
        "gen_ai.system": "provider-a",
        "llm.request.type": "chat",
        "gen_ai.request.model": "model-large",
        "gen_ai.usage.prompt_tokens": 34,
        "gen_ai.usage.completion_tokens": 12,
        "gen_ai.prompt.0.role": "user",
        "gen_ai.prompt.0.content": "Why is the sky blue?",
        "gen_ai.completion.0.content": "It scatters light.",
        "gen_ai.completion.0.finish_reason": "stop",
        "metadata.user_api_key_hash": "a1b2c3",
        "metadata.user_api_key_user_id": "default_user_id",
        "litellm.team.id": "team-2",
    }
)
_BARE: Final = _span_line(
    {"gen_ai.operation.name": "chat", "gen_ai.system": "provider-a", "error.type": "429"}, status={"code": 2}
)
_TOOL: Final = _span_line({"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "look_up"})
_COMMON: Final[Row] = {
    "source": "otel_genai",
    "started_at": 1772355600250000000,
    "ended_at": 1772355602500000000,
    "operation": "chat",
    "provider": "provider-a",
}
_SAID: Final[Row] = {
    "prompt_text": "Why is the sky blue?",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why is the sky blue?")]),
    "chain_parent": 0,
}
_ANSWERED: Final[Row] = {
    "request_model": "model-large",
    "status_code": 200,
    "reply_text": "It scatters light.",
    "finish_reasons": "stop",
    "input_tokens": 34,
    "output_tokens": 12,
}
_SPAN_ID: Final = "5b8efff798038103d269b633813fc60c:eee19b7ec3c1b174"
_LATEST_ROW: Final[Row] = {
    **_COMMON,
    **_SAID,
    **_ANSWERED,
    "record_id": "resp-1",
    "response_id": "resp-1",
    "account_id": "user-17",
    "user_id": "user-17",
    "client_address": "192.0.2.10",
    "params": '{"max_tokens":64}',
    "system_text": "Answer briefly.",
}
_LITELLM_ROW: Final[Row] = {
    **_COMMON,
    **_SAID,
    **_ANSWERED,
    "record_id": _SPAN_ID,
    "account_id": "a1b2c3",
    "user_id": "default_user_id",
    "api_key_id": "a1b2c3",
    "team_id": "team-2",
}
_EVENTS_ROW: Final[Row] = {
    **_COMMON,
    **_SAID,
    "record_id": _SPAN_ID,
    "status_code": 429,
    "error_type": "429",
    "system_text": "Answer briefly.",
}

FORMAT: Final = Format(
    name="otel_genai",
    title="OpenTelemetry GenAI spans and events (OTLP JSON lines)",
    matches=is_genai_line,
    read=read_line,
    finish=finish_events,
    cases=(
        Case(name="messages as attributes, 1.37 on", records=(_LATEST,), rows=(_LATEST_ROW,)),
        Case(name="flattened prompts with LiteLLM's key", records=(_LITELLM,), rows=(_LITELLM_ROW,)),
        Case(
            name="a refused span completed by its message events",
            records=(
                _BARE,
                _event_line("gen_ai.system.message", {"content": "Answer briefly."}),
                _event_line("gen_ai.user.message", {"content": "Why is the sky blue?"}),
            ),
            rows=(_EVENTS_ROW,),
        ),
        Case(name="a tool's span asks no model", records=(_TOOL,), rows=()),
    ),
    account_hint="Set user.id or sw.account.id on the span, or let LiteLLM write metadata.user_api_key_hash.",
)
