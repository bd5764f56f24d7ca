"""OpenInference spans: Phoenix's convention, and the default spans of Envoy AI Gateway.

Written by: OpenInference instrumentations and Envoy AI Gateway, through the collector's `fileexporter`: one
`{"resourceSpans": [...]}` a line. Content is on by default.

Markers: `openinference.span.kind`; only `LLM` spans ask a model. A line that also holds OTel GenAI spans is
recognised as `otel_genai` and read in full by either format.

Traps: messages are flattened, one attribute a leaf (`llm.input_messages.0.message.content`), and content in parts
lies a level deeper. `llm.invocation_parameters` is JSON in text. `llm.model_name` may be the replying model. Address
and user agent are absent: join Envoy's access log by a span attribute that carries `x-request-id`.
"""

from __future__ import annotations

from typing import Any, Final

from stillwatch.logs.format import Case, Format, Row
from stillwatch.logs.otlp.genai import finish_events
from stillwatch.logs.otlp.lines import is_openinference_line, read_line
from stillwatch.wire.messages import chain_hash


def _span(attributes: dict[str, str | int]) -> dict[str, Any]:
    pairs = [
        {"key": name, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for name, value in attributes.items()
    ]
    return {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": "eee19b7ec3c1b174",
        "startTimeUnixNano": "1772355600250000000",
        "endTimeUnixNano": "1772355602500000000",
        "status": {"code": 1},
        "attributes": pairs,
    }


def _line(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {"attributes": []}, "scopeSpans": [{"spans": list(spans)}]}]}


_LLM: Final[dict[str, str | int]] = {
    "openinference.span.kind": "LLM",
    "llm.model_name": "model-large",
    "llm.provider": "provider-a",
    "llm.invocation_parameters": '{"model":"model-large","temperature":0.2,"logprobs":true}',
    "llm.input_messages.0.message.role": "system",
    "llm.input_messages.0.message.content": "Answer briefly.",
    "llm.input_messages.1.message.role": "user",
    "llm.input_messages.1.message.contents.0.message_content.type": "text",
    "llm.input_messages.1.message.contents.0.message_content.text": "Why is the sky blue?",
    "llm.output_messages.0.message.role": "assistant",
    "llm.output_messages.0.message.content": "It scatters light.",
    "llm.tools.0.tool.json_schema": '{"type":"function","function":{"name":"look_up"}}',
    "llm.token_count.prompt": 34,
    "llm.token_count.completion": 12,
    "llm.token_count.prompt_details.cache_read": 8,
    "output.value": '{"id":"resp-1","model":"model-large-2026","choices":[{"finish_reason":"stop","message":'
    '{"role":"assistant","content":"It scatters light."}}]}',
    "output.mime_type": "application/json",
    "user.id": "user-17",
    "session.id": "session-1",
}
_ROW: Final[Row] = {
    "record_id": "resp-1",
    "source": "openinference",
    "started_at": 1772355600250000000,
    "ended_at": 1772355602500000000,
    "account_id": "user-17",
    "user_id": "user-17",
    "session_id": "session-1",
    "operation": "chat",
    "provider": "provider-a",
    "request_model": "model-large",
    "response_model": "model-large-2026",
    "response_id": "resp-1",
    "status_code": 200,
    "params": '{"logprobs":true,"temperature":0.2}',
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
}

FORMAT: Final = Format(
    name="openinference",
    title="OpenInference spans (Phoenix, Envoy AI Gateway; OTLP JSON lines)",
    matches=is_openinference_line,
    read=read_line,
    finish=finish_events,
    cases=(
        Case(
            name="an LLM span, its chain beside it",
            records=(_line(_span({"openinference.span.kind": "CHAIN", "input.value": "x"}), _span(_LLM)),),
            rows=(_ROW,),
        ),
        Case(
            name="a span that an access log may complete",
            records=(_line(_span({**_LLM, "http.request.header.x-request-id": "req-1"})),),
            rows=(_ROW,),
        ),
    ),
    account_hint="Set user.id on the span, or join Envoy's access log on x-request-id with a tenant header in it.",
)
