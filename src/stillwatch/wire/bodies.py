"""Row values out of the raw bodies of a request and its reply, as any chat API writes them.

Formats that log bodies (a batch file, a proxy's dump, a cloud's invocation log) start from these and add what only they
know: who asked, from where, when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.wire.messages import Conversation, read_request
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.replies import Reply, read_reply, read_stream
from stillwatch.wire.values import first_text, http_status, mapping, text

if TYPE_CHECKING:
    from stillwatch.wire.usage import Usage

_OPERATIONS: Final = (
    ("embed", "embeddings"),
    ("chat/completions", "chat"),
    ("/messages", "chat"),
    ("/responses", "chat"),
    ("converse", "chat"),
    ("completions", "text_completion"),
    ("generatecontent", "generate_content"),
)
"""What the path of an endpoint, in lower case, says about the operation; the first that it contains counts."""


def operation_of_path(path: str | None) -> str | None:
    """The OTel name of the operation behind a URL, a path, or a cloud's operation name."""
    lowered = (path or "").lower()
    return next((operation for part, operation in _OPERATIONS if part in lowered), None)


def conversation_row(asked: Conversation) -> dict[str, Any]:
    """The conversation's columns; none where nothing is known, so that another part of the exchange may fill them."""
    return {} if asked.turn is None and asked.system_text is None else dict(asked._asdict())


def reply_row(reply: Reply) -> dict[str, Any]:
    row: dict[str, Any] = reply._asdict()
    usage: Usage = row.pop("usage")
    return row | usage._asdict()


def request_row(body: Any) -> dict[str, Any]:
    """What a request body says: the conversation, model, parameters, tools, and the caller's own hints."""
    found = mapping(body)
    return {
        **conversation_row(read_request(found)),
        "request_model": first_text(found.get("model"), found.get("modelId")),
        "params": parameters_json(found),
        "tools": tool_names(found.get("tools") or found.get("toolConfig") or found.get("functions")),
        "end_user_id": end_user_of(found),
        "conversation_id": conversation_of(found),
    }


def answer_row(body: Any) -> dict[str, Any]:
    """What a reply body says; a list is the events of a stream."""
    return reply_row(read_stream(body) if isinstance(body, list) else read_reply(body))


def end_user_of(body: dict[str, Any]) -> str | None:
    """The end user as the caller names it: a hint, never checked."""
    metadata = body.get("metadata")
    inner = metadata.get("user_id") if isinstance(metadata, dict) else None
    return first_text(body.get("safety_identifier"), body.get("user"), inner)


def conversation_of(body: dict[str, Any]) -> str | None:
    conversation = body.get("conversation")
    inner = conversation.get("id") if isinstance(conversation, dict) else conversation
    return first_text(inner, body.get("previous_response_id"))


def outcome_row(status: Any, error: Any = None) -> dict[str, Any]:
    """Status and error of a reply: `error` is an error object of any API, text, or missing."""
    code = http_status(status)
    named = mapping(error)
    inner = mapping(named.get("error")) or named
    name = first_text(inner.get("type"), inner.get("code"), inner.get("__type"), inner.get("status"))
    failed = bool(named) or (code is not None and code >= 400)
    return {"status_code": code, "error_type": (name or (text(code) if code else "error")) if failed else None}
