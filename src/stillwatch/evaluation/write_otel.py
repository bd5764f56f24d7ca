"""Composed exchanges as OpenTelemetry GenAI spans: OTLP JSON, one span a line, attributes as of version 1.37."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from stillwatch.evaluation.payload import Payload


def to_otel_lines(payload: Payload) -> pa.Array:
    """One `resourceSpans` object a row; the messages must be rendered in parts (`render.PARTS`)."""
    has, who = payload.columns, payload.caller
    trace = pc.replace_substring(has["trace_id"], "-", "")
    span = pc.utf8_slice_codeunits(pc.replace_substring(payload.call_id, "-", ""), 16)
    attributes = [
        _text("gen_ai.operation.name", "chat"),
        _text("gen_ai.provider.name", "hosted_vllm"),
        _text("gen_ai.request.model", has["model"]),
        _text("gen_ai.response.id", has["id"]),
        _text("litellm.call_id", payload.call_id),
        _number("gen_ai.usage.input_tokens", has["prompt_tokens"]),
        _number("gen_ai.usage.output_tokens", has["completion_tokens"]),
        _escaped("gen_ai.input.messages", has["messages"]),
        _escaped("gen_ai.output.messages", _said(who)),
        _parameters(has["model_parameters"]),
        _text("user.id", who.account_id),
        _text("sw.api_key.id", who.api_key),
        _text("sw.org.id", who.organisation),
        _text("enduser.id", pc.if_else(pc.equal(has["end_user"], ""), pa.scalar(None, pa.string()), has["end_user"])),
        _text("session.id", has["session_id"]),
        _text("client.address", has["requester_ip_address"]),
        _text("user_agent.original", has["user_agent"]),
        _text("error.type", who.error_code),
        '{"key":"telemetry.sdk.language","value":{"stringValue":"python"}}',
    ]
    status = pc.if_else(pc.is_null(who.error_code), '"status":{}', '"status":{"code":2}')
    return pc.binary_join_element_wise(
        '{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"gateway"}}]},'
        '"scopeSpans":[{"scope":{"name":"gateway"},"spans":[{"traceId":"', trace, '","spanId":"', span,
        '","name":"chat","kind":3,"startTimeUnixNano":"', _nanos(has["startTime"]),
        '","endTimeUnixNano":"', _nanos(has["endTime"]),
        '","attributes":[', *attributes, "],", status, "}]}]}]}\n", "",
    )  # fmt: skip


def _said(who: Any) -> pa.Array:
    thought = pc.fill_null(
        pc.binary_join_element_wise('{"type":"reasoning","content":"","signature":"', who.signature, '"},', ""), ""
    )
    return pc.binary_join_element_wise(
        '[{"role":"assistant","parts":[', thought, '{"type":"text","content":"', who.reply,
        '"}],"finish_reason":"', who.finish_reason, '"}]', "",
    )  # fmt: skip


def _text(name: str, value: Any) -> Any:
    """An attribute and its comma; nothing where the value is null."""
    if isinstance(value, str):
        return f'{{"key":"{name}","value":{{"stringValue":"{value}"}}}},'
    return pc.fill_null(
        pc.binary_join_element_wise(f'{{"key":"{name}","value":{{"stringValue":"', value, '"}},', ""), ""
    )


def _escaped(name: str, value: pa.Array) -> pa.Array:
    """JSON as the text of an attribute."""
    return _text(name, pc.replace_substring(pc.replace_substring(value, "\\", "\\\\"), '"', '\\"'))


def _number(name: str, value: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(
        f'{{"key":"{name}","value":{{"intValue":"', pc.cast(value, pa.string()), '"}},', ""
    )


def _parameters(parameters: pa.Array) -> pa.Array:
    """Each request parameter as an attribute of its own."""
    found = pc.replace_substring_regex(
        parameters, r'"(temperature|top_p|presence_penalty)":([0-9.]+)[,}]?',
        r'{"key":"gen_ai.request.\1","value":{"doubleValue":\2}},',
    )  # fmt: skip
    found = pc.replace_substring_regex(
        found, r'"(max_tokens|n|seed|top_logprobs)":([0-9]+)[,}]?',
        r'{"key":"gen_ai.request.\1","value":{"intValue":"\2"}},',
    )  # fmt: skip
    found = pc.replace_substring_regex(
        found, r'"(logprobs)":(true|false)[,}]?', r'{"key":"gen_ai.request.\1","value":{"boolValue":\2}},'
    )
    bare = pc.utf8_slice_codeunits(found, 1)
    return pc.if_else(pc.equal(bare, "}"), "", bare)


def _nanos(seconds: pa.Array) -> pa.Array:
    return pc.cast(pa.array(np.round(seconds.to_numpy() * 1e6).astype(np.int64) * 1000), pa.string())
