"""Langfuse observations: the blob export `observations_v2/`, rows of `events_full`, and the legacy export.

Written by: Langfuse's blob storage export as JSON, JSON Lines or CSV; the v4 table `events_full`; the API.

Markers: `trace_id` with `project_id` and (`provided_model_name` or `type`); the API's spelling is `traceId`,
`projectId`. Only observations of type GENERATION (or with a model) are exchanges; spans, events and tools yield
nothing.

Traps: `ingestion_api_key` is Langfuse's own project key, not the caller's: it is never read as one. Times have no
zone; they are UTC. Metadata comes as parallel arrays. In the legacy export the user lies in `traces/` alone, and one
trace has many observations: a trace's record waits for its join by trace id; observations stand without a user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format, Part
from stillwatch.logs.times import start_ns, time_ns
from stillwatch.wire.bodies import answer_row, conversation_of, conversation_row, outcome_row
from stillwatch.wire.messages import UNKNOWN, Conversation, chain_hash, read_messages, read_request
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.usage import read_usage
from stillwatch.wire.values import canonical_json, first_text, mapping, number, parsed, sequence, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_EXCHANGES: Final = ("GENERATION", "EMBEDDING")


def _matches(record: Record) -> bool:
    if _get(record, "trace_id", "traceId") is None:
        return _is_trace(record)
    return ("project_id" in record or "projectId" in record) and ("provided_model_name" in record or "type" in record)


def _is_trace(record: Record) -> bool:
    has_project = "project_id" in record or "projectId" in record
    return has_project and "timestamp" in record and ("user_id" in record or "userId" in record) and "id" in record


def _read(record: Record) -> Iterator[Row | Part]:
    trace_id = text(_get(record, "trace_id", "traceId"))
    if trace_id is None and _is_trace(record):
        key = text(record.get("id"))
        if key is None:
            raise ValueError("trace without an id")
        yield Part("langfuse-trace", key, 1, _caller(record), {}, needs_more=True)
    elif text(record.get("type")) in (*_EXCHANGES, None) or _get(record, "provided_model_name") is not None:
        yield _observation(record)


def _observation(record: Record) -> Row:
    asked = parsed(record.get("input"))
    parameters = mapping(_get(record, "model_parameters", "modelParameters"))
    answered = answer_row(_answer(parsed(record.get("output"))))
    model = text(_get(record, "provided_model_name", "model"))
    usage = read_usage(_get(record, "usage_details", "usageDetails", "provided_usage_details", "usage"))
    failed = record.get("level") == "ERROR"
    return {
        **conversation_row(_conversation(asked)),
        **answered,
        **{name: value for name, value in usage._asdict().items() if value is not None},
        **_caller(record),
        **outcome_row(None if failed else 200, {"type": "error"} if failed else None),
        "record_id": first_text(_get(record, "span_id", "id"), answered["response_id"]),
        "source": "langfuse",
        "started_at": start_ns(_get(record, "start_time", "startTime")),
        "ended_at": time_ns(_get(record, "end_time", "endTime")),
        "operation": "embeddings" if record.get("type") == "EMBEDDING" else "chat",
        "request_model": model,
        "params": parameters_json(parameters),
        "tools": _tools(record, asked),
        "conversation_id": conversation_of(parameters),
        "cost_usd": number(mapping(_get(record, "cost_details", "costDetails")).get("total")),
        "extra": canonical_json({"metadata": metadata} if (metadata := _metadata(record)) else None),
    }


def _get(record: Record, *names: str) -> Any:
    return next((found for name in names if (found := record.get(name)) is not None), None)


def _caller(record: Record) -> Row:
    user = text(_get(record, "user_id", "userId"))
    return {"account_id": user, "user_id": user, "session_id": text(_get(record, "session_id", "sessionId"))}


def _conversation(asked: Any) -> Conversation:
    if isinstance(asked, dict) and "role" not in asked:
        return read_request(asked)
    return read_messages(asked) if asked else UNKNOWN


def _answer(answered: Any) -> Any:
    """A list of messages is one reply here, not a stream."""
    return {"output": answered} if isinstance(answered, list) else answered


def _tools(record: Record, asked: Any) -> str | None:
    declared = parsed(_get(record, "tool_definitions", "toolDefinitions"))
    if isinstance(declared, dict):  # a map of name to definition
        return ",".join(name for name in declared if isinstance(name, str)) or None
    return tool_names(declared) or (tool_names(asked.get("tools")) if isinstance(asked, dict) else None)


def _metadata(record: Record) -> dict[str, Any]:
    names = sequence(record.get("metadata_names"))
    values = sequence(record.get("metadata_values"))
    paired = {name: value for name, value in zip(names, values, strict=False) if isinstance(name, str)}
    return paired or mapping(record.get("metadata"))


_EVENT: Final = {
    "project_id": "project-1",
    "trace_id": "trace-1",
    "span_id": "span-1",
    "type": "GENERATION",
    "start_time": "2026-03-01 09:00:00.250000",
    "end_time": "2026-03-01 09:00:02.500000",
    "user_id": "user-17",
    "session_id": "session-1",
    "level": "DEFAULT",
    "provided_model_name": "model-large",
    "model_parameters": '{"temperature":0.2}',
    "usage_details": {"input": 34, "output": 12, "total": 46},
    "cost_details": {"total": 0.0021},
    "input": '[{"role":"system","content":"Answer briefly."},{"role":"user","content":"Why is the sky blue?"}]',
    "output": '{"role":"assistant","content":"It scatters light."}',
    "metadata_names": ["zone"],
    "metadata_values": ["north"],
    "ingestion_api_key": "pk-of-the-project",
}
_ROW: Final = {
    "record_id": "span-1",
    "source": "langfuse",
    "started_at": 1772355600250000000,
    "ended_at": 1772355602500000000,
    "account_id": "user-17",
    "user_id": "user-17",
    "session_id": "session-1",
    "operation": "chat",
    "request_model": "model-large",
    "status_code": 200,
    "params": '{"temperature":0.2}',
    "system_text": "Answer briefly.",
    "prompt_text": "Why is the sky blue?",
    "reply_text": "It scatters light.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why is the sky blue?")]),
    "chain_parent": 0,
    "input_tokens": 34,
    "output_tokens": 12,
    "cost_usd": 0.0021,
    "extra": '{"metadata":{"zone":"north"}}',
}
_TOOL: Final = {"project_id": "project-1", "trace_id": "trace-1", "id": "span-2", "type": "TOOL", "name": "look_up"}
_TRACE: Final = {"id": "trace-1", "project_id": "project-1", "timestamp": "2026-03-01 09:00:00", "user_id": "user-17"}

FORMAT: Final = Format(
    name="langfuse",
    title="Langfuse observations and traces",
    matches=_matches,
    read=_read,
    cases=(
        Case(name="a generation with parallel metadata arrays", records=(_EVENT,), rows=(_ROW,)),
        Case(name="a tool call and a lone trace hold no exchange", records=(_TOOL, _TRACE), rows=()),
    ),
    account_hint="Have the application set the trace's user id; Langfuse knows no key of the caller.",
)
