"""HAR 1.2: requests as a browser or an intercepting proxy recorded them.

Written by: browsers' developer tools, mitmproxy, HTTP Toolkit. One record is one entry of `log.entries[]`; a whole
document is read as well.

Markers: an entry has `startedDateTime`, `request` and `response`; a document has `log.entries[]`.

Account: the organisation header, else a SHA-256 of the key. The key itself is never kept; its hash is the same that
LiteLLM writes for its keys.

Traps: `serverIPAddress` is the server's. Header order is as sent, and kept. Bodies may be base64, and streams are text
of server-sent events. Entries whose request holds no prompt (pages, images) yield nothing.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.logs.format import Case, Format
from stillwatch.logs.times import start_ns
from stillwatch.wire.bodies import answer_row, operation_of_path, outcome_row, request_row
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.values import clean, first_text, mapping, number, parsed, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KEY_HEADERS: Final = ("authorization", "x-api-key", "api-key", "x-goog-api-key")
_ORGANISATION: Final = ("openai-organization", "x-organization-id", "anthropic-organization-id")
_LONGEST_SPAN_MS: Final = 1e9


def _matches(record: Record) -> bool:
    return _is_entry(record) or isinstance(mapping(record.get("log")).get("entries"), list)


def _is_entry(record: Any) -> bool:
    return all(name in record for name in ("startedDateTime", "request", "response"))


def _read(record: Record) -> Iterator[Row]:
    entries = [record] if _is_entry(record) else mapping(record.get("log")).get("entries")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and _is_entry(entry):
            yield from _entry(entry)


def _entry(entry: dict[str, Any]) -> Iterator[Row]:
    request, response = mapping(entry["request"]), mapping(entry["response"])
    asked = request_row(parsed(mapping(request.get("postData")).get("text")))
    if asked.get("turn") is None:
        return
    answered = _answered(mapping(response.get("content")))
    error = answered.get("error") if isinstance(answered, dict) else None
    started = start_ns(entry.get("startedDateTime"))
    answer = answer_row(answered)
    headers = _headers(request.get("headers"))
    yield {
        **asked,
        **answer,
        **_caller(headers),
        **outcome_row(response.get("status"), error),
        "record_id": first_text(headers.get("x-request-id"), answer["response_id"]),
        "source": "har",
        "started_at": started,
        "ended_at": _ended(started, number(entry.get("time"))),
        "operation": operation_of_path(text(request.get("url"))),
    }


def _ended(started: int, lasted_ms: float | None) -> int | None:
    is_sane = lasted_ms is not None and 0 <= lasted_ms < _LONGEST_SPAN_MS
    return started + round((lasted_ms or 0) * 1000) * 1000 if is_sane else None


def _headers(listed: Any) -> dict[str, str]:
    """Lower-case names to values, in the order sent; pseudo-headers of HTTP/2 keep their colon."""
    pairs = [pair for pair in listed if isinstance(pair, dict)] if isinstance(listed, list) else []
    return {
        pair["name"].lower(): pair["value"]
        for pair in pairs
        if isinstance(pair.get("name"), str) and isinstance(pair.get("value"), str)
    }


def _caller(headers: dict[str, str]) -> Row:
    key = _key_hash(next((headers[name] for name in _KEY_HEADERS if headers.get(name)), None))
    organisation = first_text(*(headers.get(name) for name in _ORGANISATION))
    return {
        "account_id": organisation or key,
        "api_key_id": key,
        "org_id": organisation,
        "user_agent": text(headers.get("user-agent")),
        "header_order": clean(",".join(headers)) or None,
    }


def _key_hash(value: str | None) -> str | None:
    if value is None:
        return None
    scheme, _, token = value.partition(" ")
    key = token if scheme.lower() == "bearer" else value
    return hashlib.sha256(key.strip().encode("utf-8", "surrogatepass")).hexdigest()


def _answered(content: dict[str, Any]) -> Any:
    """The reply's body: an object, or the events of a stream."""
    body = content.get("text")
    if not isinstance(body, str):
        return None
    if content.get("encoding") == "base64":
        body = _decoded(body)
    if body.startswith(("data:", "event:", "id:", ":")):
        return _events(body)
    found = parsed(body)
    return found if isinstance(found, (dict, list)) else None


def _decoded(body: str) -> str:
    try:
        return base64.b64decode(body, validate=False).decode("utf-8", "replace")
    except ValueError:
        return ""


def _events(body: str) -> list[Any]:
    events: list[Any] = []
    for line in body.splitlines():
        if line.startswith("data:") and (data := line[5:].strip()) not in ("", "[DONE]"):
            try:
                events.append(orjson.loads(data))
            except ValueError:
                continue
    return events


_STREAM: Final = (
    'data: {"id":"resp-1","model":"model-large-2026","choices":[{"delta":{"content":"Be"}}]}\n\n'
    'data: {"id":"resp-1","choices":[{"delta":{"content":"cause."},"finish_reason":"stop"}]}\n\ndata: [DONE]\n'
)
_ENTRY: Final = {
    "startedDateTime": "2026-03-01T09:00:00.250Z",
    "time": 2250,
    "serverIPAddress": "203.0.113.1",
    "request": {
        "method": "POST",
        "url": "https://api.example.com/v1/chat/completions",
        "headers": [
            {"name": "Authorization", "value": "Bearer sk-synthetic"},
            {"name": "User-Agent", "value": "client/1.0"},
            {"name": "Accept", "value": "*/*"},
        ],
        "postData": {
            "mimeType": "application/json",
            "text": '{"model":"model-large","stream":true,"seed":7,"messages":[{"role":"user","content":"Why?"}]}',
        },
    },
    "response": {"status": 200, "content": {"mimeType": "text/event-stream", "text": _STREAM}},
}
_KEY: Final = hashlib.sha256(b"sk-synthetic").hexdigest()
_ROW: Final = {
    "record_id": "resp-1",
    "source": "har",
    "started_at": 1772355600250000000,
    "ended_at": 1772355602500000000,
    "account_id": _KEY,
    "api_key_id": _KEY,
    "user_agent": "client/1.0",
    "header_order": "authorization,user-agent,accept",
    "operation": "chat",
    "request_model": "model-large",
    "response_model": "model-large-2026",
    "response_id": "resp-1",
    "status_code": 200,
    "params": '{"seed":7}',
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "finish_reasons": "stop",
}
_PAGE: Final = {
    "startedDateTime": "2026-03-01T09:00:00Z",
    "request": {"method": "GET", "url": "https://example.com/", "headers": []},
    "response": {"status": 200, "content": {"text": "<html>"}},
}

FORMAT: Final = Format(
    name="har",
    title="HTTP archive (HAR 1.2)",
    matches=_matches,
    read=_read,
    cases=(
        Case(name="a streamed reply", records=(_ENTRY,), rows=(_ROW,)),
        Case(name="a whole document with a page in it", records=({"log": {"entries": [_PAGE, _ENTRY]}},), rows=(_ROW,)),
    ),
)
