"""One span or event of the OTel GenAI conventions to a row, each attribute read in whichever generation it was written.

Content lies, by generation, in `gen_ai.prompt.N.*` attributes, in span events, or in `gen_ai.input.messages`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.logs.otlp.caller import caller_row, outcome_of_span, span_id, time_row
from stillwatch.logs.otlp.decode import any_value, attributes
from stillwatch.logs.otlp.flattened import indexed, openllmetry_messages
from stillwatch.wire.bodies import conversation_row, reply_row
from stillwatch.wire.messages import UNKNOWN, Conversation, read_messages
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.replies import NO_REPLY, Reply, read_reply
from stillwatch.wire.values import clean, first_count, first_text, number, parsed, text

if TYPE_CHECKING:
    from stillwatch.logs.format import Row
    from stillwatch.logs.otlp.decode import Item

DETAILS_EVENT: Final = "gen_ai.client.inference.operation.details"
CHOICE_EVENT: Final = "gen_ai.choice"
MESSAGE_EVENTS: Final = {
    "gen_ai.system.message": "system",
    "gen_ai.user.message": "user",
    "gen_ai.assistant.message": "assistant",
    "gen_ai.tool.message": "tool",
}
NOT_A_REQUEST: Final = frozenset(("execute_tool", "invoke_agent", "create_agent", "invoke_workflow"))
"""Operations of agents and tools: they hold spans that ask a model, and ask none themselves."""

_PARAMETERS: Final = ("gen_ai.request.", "gen_ai.openai.request.")
_CONTENT_EVENTS: Final = {
    "gen_ai.content.prompt": "gen_ai.prompt",
    "gen_ai.content.completion": "gen_ai.completion",
}


def read_genai_span(item: Item) -> Row | None:
    """The row of a span or of a details event; None where it asked no model."""
    found = item.resource | attributes(item.body.get("attributes")) | _event_attributes(item.body)
    if text(found.get("gen_ai.operation.name")) in NOT_A_REQUEST:
        return None
    reply = _reply(found)
    return {
        **caller_row(found),
        **time_row(item.body),
        **outcome_of_span(item.body, found),
        **conversation_row(_conversation(found)),
        **reply_row(reply),
        **_model(found, reply),
        **_tokens(found),
        "source": "otel_genai",
        "record_id": first_text(found.get("litellm.call_id"), found.get("gen_ai.response.id"), span_id(item.body)),
    }


def read_message_event(item: Item, name: str) -> tuple[Row, dict[str, str]]:
    """The row and the text piece of a log event that holds one message or one choice."""
    found = item.resource | attributes(item.body.get("attributes"))
    body = any_value(item.body.get("body"))
    row = {**caller_row(found), **time_row(item.body), **_model(found, NO_REPLY), "source": "otel_genai"}
    message = body if isinstance(body, dict) else {"content": body}
    if name == CHOICE_EVENT:
        return row, {"choices": _line(message)}
    return row, {"messages": _line({"role": MESSAGE_EVENTS[name], "content": message.get("content")})}


def finish_events(row: Row, pieces: dict[str, str]) -> Row:
    """Complete a row from the message events that were gathered around its span."""
    asked = read_messages(_lines(pieces.get("messages", "")))
    reply = read_reply({"choices": _lines(pieces.get("choices", ""))})
    said = reply_row(reply) | conversation_row(asked)
    return {name: value for name, value in said.items() if value is not None} | {
        name: value for name, value in row.items() if value not in (None, 0) or name not in said
    }


def _line(value: dict[str, Any]) -> str:
    try:
        return orjson.dumps(value).decode() + "\n"
    except TypeError as error:
        raise ValueError("message event cannot be written as JSON") from error


def _lines(piece: str) -> list[Any]:
    return [orjson.loads(line) for line in piece.splitlines() if line]


def _event_attributes(body: dict[str, Any]) -> dict[str, Any]:
    """Attributes that a span carries in its events."""
    events = body.get("events")
    found: dict[str, Any] = {}
    messages: list[dict[str, Any]] = []
    for event in events if isinstance(events, list) else ():
        if not isinstance(event, dict) or not isinstance(name := event.get("name"), str):
            continue
        held = attributes(event.get("attributes"))
        if name == DETAILS_EVENT or name in _CONTENT_EVENTS:
            found |= held
        elif name in MESSAGE_EVENTS:
            messages.append({"role": MESSAGE_EVENTS[name], "content": held.get("content")})
        elif name == CHOICE_EVENT:
            found["gen_ai.completion"] = [parsed(held.get("message")) or held]
    return found | ({"gen_ai.prompt": messages} if messages else {})


def _conversation(found: dict[str, Any]) -> Conversation:
    messages = parsed(found.get("gen_ai.input.messages")) or parsed(found.get("gen_ai.prompt"))
    messages = messages or openllmetry_messages(found, "gen_ai.prompt")
    system = parsed(found.get("gen_ai.system_instructions"))
    return read_messages(messages, system) if messages or system else UNKNOWN


def _reply(found: dict[str, Any]) -> Reply:
    messages = parsed(found.get("gen_ai.output.messages")) or parsed(found.get("gen_ai.completion"))
    return read_reply(messages or openllmetry_messages(found, "gen_ai.completion"))


def _model(found: dict[str, Any], reply: Reply) -> Row:
    reasons = found.get("gen_ai.response.finish_reasons")
    listed = ",".join(reason for reason in reasons if isinstance(reason, str)) if isinstance(reasons, list) else reasons
    request_type = found.get("llm.request.type")
    return {
        "operation": first_text(found.get("gen_ai.operation.name"), request_type),
        "provider": first_text(found.get("gen_ai.provider.name"), found.get("gen_ai.system")),
        "request_model": text(found.get("gen_ai.request.model")),
        "response_model": text(found.get("gen_ai.response.model")),
        "response_id": text(found.get("gen_ai.response.id")),
        "finish_reasons": text(listed) or reply.finish_reasons,
        "params": parameters_json(_parameters(found)),
        "tools": _tools(found),
    }


def _parameters(found: dict[str, Any]) -> dict[str, Any]:
    return {
        name[len(prefix) :]: value
        for prefix in _PARAMETERS
        for name, value in found.items()
        if name.startswith(prefix) and not name.endswith("previous_response.id")
    }


def _tools(found: dict[str, Any]) -> str | None:
    declared = tool_names(parsed(found.get("gen_ai.tool.definitions")))
    functions = indexed(found, "llm.request.functions") if declared is None else []
    names = [item["name"] for item in functions if isinstance(item.get("name"), str)]
    return declared or clean(",".join(names)) or None


def _tokens(found: dict[str, Any]) -> Row:
    usage = "gen_ai.usage."
    return {
        "input_tokens": first_count(found.get(usage + "input_tokens"), found.get(usage + "prompt_tokens")),
        "output_tokens": first_count(found.get(usage + "output_tokens"), found.get(usage + "completion_tokens")),
        "reasoning_tokens": first_count(
            found.get(usage + "reasoning.output_tokens"), found.get(usage + "reasoning_tokens")
        ),
        "cache_read_tokens": first_count(
            found.get(usage + "cache_read.input_tokens"), found.get(usage + "cache_read_input_tokens")
        ),
        "cost_usd": number(found.get("sw.cost.usd") or found.get("gen_ai.cost.total_cost")),
    }
