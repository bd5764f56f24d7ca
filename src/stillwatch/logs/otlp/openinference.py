"""One LLM span of the OpenInference conventions to a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.otlp.caller import caller_row, outcome_of_span, span_id, time_row
from stillwatch.logs.otlp.decode import attributes
from stillwatch.logs.otlp.flattened import indexed, openinference_messages
from stillwatch.wire.bodies import conversation_of, conversation_row, end_user_of, reply_row
from stillwatch.wire.messages import Conversation, read_messages, read_request
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.replies import Reply, read_reply
from stillwatch.wire.values import count, first_text, mapping, number, parsed, text

if TYPE_CHECKING:
    from stillwatch.logs.format import Row
    from stillwatch.logs.otlp.decode import Item

SPAN_KIND: Final = "openinference.span.kind"
_TOKENS: Final = {
    "input_tokens": "llm.token_count.prompt",
    "output_tokens": "llm.token_count.completion",
    "reasoning_tokens": "llm.token_count.completion_details.reasoning",
    "cache_read_tokens": "llm.token_count.prompt_details.cache_read",
}


def read_openinference_span(item: Item) -> Row | None:
    """The row of a span; None where it asked no model (chains, tools, retrievers)."""
    found = item.resource | attributes(item.body.get("attributes"))
    if text(found.get(SPAN_KIND)) not in ("LLM", "llm"):
        return None
    body = _body(found.get("input.value"))
    reply = _reply(found)
    asked = _conversation(found, body)
    return {
        **_caller(found, body),
        **time_row(item.body),
        **outcome_of_span(item.body, found),
        **conversation_row(asked),
        **reply_row(reply),
        **_model(found, body, reply),
        **_tokens(found, reply),
        "source": "openinference",
        "record_id": first_text(reply.response_id, span_id(item.body)),
    }


def _body(value: Any) -> dict[str, Any]:
    found = parsed(value)
    return found if isinstance(found, dict) else {}


def _conversation(found: dict[str, Any], body: dict[str, Any]) -> Conversation:
    messages = openinference_messages(found, "llm.input_messages")
    whole = read_request(body) if body else read_messages(text(found.get("input.value")) or [])
    if not messages:
        return whole
    return read_messages(messages)._replace(reasoning_in=whole.reasoning_in)


def _reply(found: dict[str, Any]) -> Reply:
    whole = read_reply(parsed(found.get("output.value")))
    messages = openinference_messages(found, "llm.output_messages")
    if not messages:
        return whole
    return whole._replace(reply_text=read_reply(messages).reply_text or whole.reply_text)


def _caller(found: dict[str, Any], body: dict[str, Any]) -> Row:
    metadata = {f"metadata.{name}": value for name, value in mapping(found.get("metadata")).items()}
    row = caller_row(metadata | found)
    row["end_user_id"] = row["end_user_id"] or end_user_of(body)
    row["conversation_id"] = row["conversation_id"] or conversation_of(body)
    return row


def _model(found: dict[str, Any], body: dict[str, Any], reply: Reply) -> Row:
    parameters = mapping(found.get("llm.invocation_parameters"))
    tools = [parsed(item.get("tool.json_schema")) for item in indexed(found, "llm.tools")]
    return {
        "operation": "chat",
        "provider": first_text(found.get("llm.provider"), found.get("llm.system")),
        "request_model": first_text(body.get("model"), parameters.get("model"), found.get("llm.model_name")),
        "response_model": first_text(reply.response_model, found.get("llm.model_name")),
        "params": parameters_json(parameters or body),
        "tools": tool_names(tools) or tool_names(parameters.get("tools") or body.get("tools")),
        "finish_reasons": text(found.get("llm.finish_reason")) or reply.finish_reasons,
    }


def _tokens(found: dict[str, Any], reply: Reply) -> Row:
    row: Row = reply.usage._asdict()
    for column, name in _TOKENS.items():
        if (value := count(found.get(name))) is not None:
            row[column] = value
    return row | {"cost_usd": number(found.get("llm.cost.total"))}
