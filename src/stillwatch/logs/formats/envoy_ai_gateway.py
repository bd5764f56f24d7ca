"""Envoy AI Gateway's JSON access log: network and usage, no content; completed by spans on `x-request-id`.

Written by: Envoy with an operator-defined template; any subset of the documented fields is read.

Markers: a flat object with the literal key `gen_ai.request.model` and (`x-envoy-origin-path` or `response_code`).

Traps: there is no key and no content. `x-forwarded-for` is written by clients up to the last trusted hop, so the
address is taken from `downstream_remote_address`, which Envoy works out from its trusted hops. `-` stands for
missing. Ask the operator to add a tenant header (`x-tenant-id`) and `%TLS_JA4_FINGERPRINT%`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format, Part
from stillwatch.logs.times import start_ns
from stillwatch.wire.bodies import operation_of_path, outcome_row
from stillwatch.wire.values import canonical_json, count, first_text, number, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KIND: Final = "x-request-id"
_ACCOUNT: Final = ("sw.account.id", "x-tenant-id", "tenant.id", "x-account-id", "x-user-id", "user.id")
_KNOWN_PREFIXES: Final = ("gen_ai.",)
_KNOWN: Final = frozenset(
    (
        *("session.id", "start_time", "method", "x-envoy-origin-path", "response_code", "duration", "bytes_received"),
        *("bytes_sent", "x-forwarded-for", "user-agent", "x-request-id", "downstream_remote_address", "upstream_host"),
        *("route_name", "ja3", "ja4", "tls_ja3", "tls_ja4", "tls.client.ja3", "sw.tls.client.ja4", "path"),
        *_ACCOUNT,
    )
)


def _matches(record: Record) -> bool:
    is_log = "x-envoy-origin-path" in record or "response_code" in record
    return "gen_ai.request.model" in record and is_log and "attributes" not in record


def _read(record: Record) -> Iterator[Row | Part]:
    found = {name: value for name, value in record.items() if value not in ("-", None)}
    row, key = _row(found), text(found.get("x-request-id"))
    yield row if key is None else Part(_KIND, key, 1, row, {})


def _row(found: dict[str, Any]) -> Row:
    account = first_text(*(found.get(name) for name in _ACCOUNT))
    started = start_ns(found.get("start_time"))
    lasted = number(found.get("duration"))
    is_sane = lasted is not None and 0 <= lasted < 1e9
    return {
        **outcome_row(found.get("response_code")),
        "record_id": text(found.get("x-request-id")),
        "source": "envoy_ai_gateway",
        "started_at": started,
        "ended_at": started + round((lasted or 0) * 1_000_000) if is_sane else None,
        "account_id": account,
        "session_id": text(found.get("session.id")),
        "client_address": _address(found),
        "user_agent": text(found.get("user-agent")),
        "tls_ja3": first_text(*(found.get(name) for name in ("tls.client.ja3", "tls_ja3", "ja3"))),
        "tls_ja4": first_text(*(found.get(name) for name in ("sw.tls.client.ja4", "tls_ja4", "ja4"))),
        "operation": operation_of_path(first_text(found.get("x-envoy-origin-path"), found.get("path"))),
        "provider": text(found.get("gen_ai.provider.name")),
        "request_model": text(found.get("gen_ai.request.model")),
        "response_model": text(found.get("gen_ai.response.model")),
        "input_tokens": count(found.get("gen_ai.usage.input_tokens")),
        "output_tokens": count(found.get("gen_ai.usage.output_tokens")),
        "reasoning_tokens": count(found.get("gen_ai.usage.reasoning_tokens")),
        "extra": canonical_json({name: value for name, value in found.items() if _is_unknown(name)}),
    }


def _is_unknown(name: str) -> bool:
    return name not in _KNOWN and not name.startswith(_KNOWN_PREFIXES)


def _address(found: dict[str, Any]) -> str | None:
    """The address without its port; the nearest entry of `x-forwarded-for` where the log has nothing better."""
    peer = text(found.get("downstream_remote_address"))
    if peer is not None:
        host, _, port = peer.rpartition(":")
        return host.strip("[]") if host and port.isdigit() else peer
    forwarded = text(found.get("x-forwarded-for"))
    return text(forwarded.rpartition(",")[2].strip()) if forwarded else None


_LINE: Final = {
    "start_time": "2026-03-01T09:00:00.250Z",
    "method": "POST",
    "x-envoy-origin-path": "/v1/chat/completions",
    "response_code": 429,
    "duration": 2250,
    "gen_ai.request.model": "model-large",
    "gen_ai.provider.name": "provider-a",
    "gen_ai.usage.input_tokens": 34,
    "gen_ai.usage.output_tokens": "-",
    "x-forwarded-for": "203.0.113.9,192.0.2.10",
    "downstream_remote_address": "192.0.2.10:50512",
    "user-agent": "client/1.0",
    "x-request-id": "req-1",
    "x-tenant-id": "tenant-4",
    "sw.tls.client.ja4": "t13d1516h2_8daaf6152771_b186095e22b6",
    "upstream_cluster": "north",
}
_ROW: Final = {
    "record_id": "req-1",
    "source": "envoy_ai_gateway",
    "started_at": 1772355600250000000,
    "ended_at": 1772355602500000000,
    "account_id": "tenant-4",
    "client_address": "192.0.2.10",
    "user_agent": "client/1.0",
    "tls_ja4": "t13d1516h2_8daaf6152771_b186095e22b6",
    "operation": "chat",
    "provider": "provider-a",
    "request_model": "model-large",
    "status_code": 429,
    "error_type": "429",
    "input_tokens": 34,
    "extra": '{"upstream_cluster":"north"}',
}

FORMAT: Final = Format(
    name="envoy_ai_gateway",
    title="Envoy AI Gateway access log",
    matches=_matches,
    read=_read,
    cases=(Case(name="a refused request with JA4", records=(_LINE,), rows=(_ROW,)),),
    account_hint='Add "%REQ(x-tenant-id)%" to the access log template, and %TLS_JA4_FINGERPRINT%.',
)
