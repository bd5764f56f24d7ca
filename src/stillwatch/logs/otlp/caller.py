"""Who called, from where and when: the attributes that spans of both kinds share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.times import start_ns, time_ns
from stillwatch.wire.account_of import account_of
from stillwatch.wire.values import first_text, http_status, text

if TYPE_CHECKING:
    from stillwatch.logs.format import Row

_COLUMNS: Final = {
    "user_id": ("metadata.user_api_key_user_id", "user.id"),
    "api_key_id": ("metadata.user_api_key_hash", "sw.api_key.id", "litellm.key.hash"),
    "team_id": ("metadata.user_api_key_team_id", "litellm.team.id", "sw.team.id"),
    "org_id": ("metadata.user_api_key_org_id", "sw.org.id", "organization.id", "tenant.id"),
    "end_user_id": ("litellm.end_user.id", "metadata.user_api_key_end_user_id", "enduser.id", "enduser.pseudo.id"),
    "session_id": ("session.id",),
    "conversation_id": ("gen_ai.conversation.id", "gen_ai.request.previous_response.id"),
    "client_address": ("client.address", "metadata.requester_ip_address", "http.client_ip"),
    "user_agent": ("user_agent.original", "metadata.user_agent", "http.user_agent"),
    "tls_ja3": ("tls.client.ja3",),
    "tls_ja4": ("sw.tls.client.ja4", "tls.client.ja4"),
    "country": ("geo.country.iso_code",),
}
_REQUEST_ID: Final = (
    *("x-request-id", "http.request.header.x-request-id", "http.request.header.x_request_id", "guid:x-request-id"),
    *("x_request_id", "request.id"),
)
_FAILED: Final = (2, "STATUS_CODE_ERROR")


def caller_row(found: dict[str, Any]) -> Row:
    """The identity and network columns out of the attributes of a span and its resource."""
    row: Row = {column: first_text(*(_scalar(found.get(name)) for name in names)) for column, names in _COLUMNS.items()}
    account = text(found.get("sw.account.id"))
    return row | {"account_id": account or account_of(row["user_id"], row["api_key_id"])}


def time_row(item: dict[str, Any]) -> Row:
    """Start and end of a span; a log record has one time only."""
    began = item.get("startTimeUnixNano") or item.get("timeUnixNano") or item.get("observedTimeUnixNano")
    return {"started_at": start_ns(began), "ended_at": time_ns(item.get("endTimeUnixNano"))}


def outcome_of_span(item: dict[str, Any], found: dict[str, Any]) -> Row:
    status = item.get("status")
    failed = isinstance(status, dict) and status.get("code") in _FAILED
    error = text(found.get("error.type"))
    code = http_status(found.get("http.response.status_code")) or http_status(error)
    if not failed and error is None:
        return {"status_code": code or 200, "error_type": None}
    return {"status_code": code, "error_type": error or "error"}


def request_id(found: dict[str, Any]) -> str | None:
    """The x-request-id, by which an access log's line completes the span."""
    return first_text(*(_scalar(found.get(name)) for name in _REQUEST_ID))


def span_id(item: dict[str, Any]) -> str | None:
    """Trace and span id in one text; None where either is missing."""
    trace, span = text(item.get("traceId")), text(item.get("spanId"))
    return f"{trace}:{span}" if trace and span else None


def _scalar(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value
