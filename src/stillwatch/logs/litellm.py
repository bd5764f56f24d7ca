"""What the records of LiteLLM share, whichever of its three shapes they were written in."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from stillwatch.wire.messages import UNKNOWN, Conversation, read_messages, read_request
from stillwatch.wire.replies import NO_REPLY, Reply, read_reply
from stillwatch.wire.values import http_status, mapping, parsed, text

REDACTED: Final = "redacted-by-litellm"
"""Stands for content where message logging is off; all exchanges would share it."""

_OPERATIONS: Final = {
    "completion": "chat",
    "acompletion": "chat",
    "anthropic_messages": "chat",
    "responses": "chat",
    "aresponses": "chat",
    "generate_content": "generate_content",
    "agenerate_content": "generate_content",
    "agenerate_content_stream": "generate_content",
    "text_completion": "text_completion",
    "atext_completion": "text_completion",
    "embedding": "embeddings",
    "aembedding": "embeddings",
}
_STATUS_BY_CLASS: Final = {
    "AuthenticationError": 401,
    "PermissionDeniedError": 403,
    "NotFoundError": 404,
    "Timeout": 408,
    "UnprocessableEntityError": 422,
    "RateLimitError": 429,
    "BudgetExceededError": 400,
    "BadRequestError": 400,
    "ContextWindowExceededError": 400,
    "ContentPolicyViolationError": 400,
    "ServiceUnavailableError": 503,
    "InternalServerError": 500,
    "APIConnectionError": 500,
}


class Outcome(NamedTuple):
    """How the request ended; the names are those of `core.exchange`."""

    status_code: int | None
    error_type: str | None


def operation_of(call_type: str | None) -> str | None:
    """The OTel name of a call type; one that has none stands as it is."""
    return _OPERATIONS.get(call_type, call_type) if call_type else None


def is_batch_call(call_type: str | None) -> bool:
    return call_type is not None and "batch" in call_type


def outcome_of(status: Any, error: Any) -> Outcome:
    """Read `status` and `error_information`; a success is 200."""
    if status == "success":
        return Outcome(200, None)
    information = mapping(error)
    name = text(information.get("error_class"))
    code = http_status(information.get("error_code")) or _STATUS_BY_CLASS.get(name or "")
    if status != "failure" and code is None and name is None:
        return Outcome(None, None)
    return Outcome(code, name or (str(code) if code else "failure"))


def conversation_of(messages: Any) -> Conversation:
    """Read `messages`: a list, JSON text of one, a request body, or plain text."""
    found = messages if type(messages) is list else parsed(messages)
    if not found:
        return UNKNOWN
    read = read_request(found) if isinstance(found, dict) and "role" not in found else read_messages(found)
    return UNKNOWN if read.prompt_text == REDACTED else read


def reply_of(response: Any) -> Reply:
    """Read `response`: a body, JSON text of one, or plain text."""
    found = response if type(response) is dict else parsed(response)
    if not found:
        return NO_REPLY
    read = read_reply(found)
    return read._replace(reply_text=None) if read.reply_text == REDACTED else read
