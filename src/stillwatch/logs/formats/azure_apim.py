"""Azure API Management: `ApiManagementGatewayLlmLog`, joined with `ApiManagementGatewayLogs` on `CorrelationId`.

Written by: API Management's diagnostics to Log Analytics, exported as JSON or CSV.

Markers: `CorrelationId` with `SequenceNumber` and (`ModelName` or `DeploymentName`); the companion table has
`CallerIpAddress` or `ApimSubscriptionId` and no `SequenceNumber`.

Account: the subscription of the gateway row.

Traps: long bodies are split over rows by `SequenceNumber` and are JSON only when put together again. A gateway row
without a model row is a call to another API, and no exchange. Parameters are not logged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format, Part
from stillwatch.logs.times import start_ns, time_ns
from stillwatch.wire.bodies import conversation_row, outcome_row, reply_row
from stillwatch.wire.messages import chain_hash, read_messages, read_request
from stillwatch.wire.replies import read_reply
from stillwatch.wire.values import canonical_json, count, first_text, mapping, parsed, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KIND: Final = "azure-correlation"
_AFTER_ALL: Final = 1_000_000_000


def _matches(record: Record) -> bool:
    if "CorrelationId" not in record:
        return False
    if "SequenceNumber" in record:
        return "ModelName" in record or "DeploymentName" in record
    return "CallerIpAddress" in record or "ApimSubscriptionId" in record


def _read(record: Record) -> Iterator[Part]:
    key = text(record.get("CorrelationId"))
    if key is None:
        raise ValueError("no CorrelationId")
    yield _model_part(record, key) if "SequenceNumber" in record else _gateway_part(record, key)


def _model_part(record: Record, key: str) -> Part:
    row: Row = {
        "record_id": key,
        "source": "azure_apim",
        "started_at": start_ns(record.get("TimeGenerated")),
        "operation": "chat",
        "provider": "azure.ai.openai",
        "request_model": first_text(record.get("DeploymentName"), record.get("ModelName")),
        "response_model": text(record.get("ModelName")),
        "input_tokens": count(record.get("PromptTokens")) or None,
        "output_tokens": count(record.get("CompletionTokens")) or None,
    }
    pieces = {"request": record.get("RequestMessages"), "reply": record.get("ResponseMessages")}
    held = {name: found for name, piece in pieces.items() if (found := _piece(piece))}
    return Part(_KIND, key, min(count(record.get("SequenceNumber")) or 0, _AFTER_ALL - 1), row, held)


def _piece(value: Any) -> str | None:
    return canonical_json(value) if isinstance(value, (list, dict)) else text(value)


def _gateway_part(record: Record, key: str) -> Part:
    subscription = text(record.get("ApimSubscriptionId"))
    headers = mapping(record.get("RequestHeaders")) or mapping(record.get("BackendRequestHeaders"))
    lowered = {name.lower(): value for name, value in headers.items() if isinstance(name, str)}
    status = outcome_row(
        record.get("ResponseCode"), {"type": error} if (error := text(record.get("LastErrorReason"))) else None
    )
    row: Row = {
        **status,
        "source": "azure_apim",
        "started_at": time_ns(record.get("TimeGenerated")),
        "account_id": subscription,
        "api_key_id": subscription,
        "user_id": text(record.get("UserId")),
        "client_address": text(record.get("CallerIpAddress")),
        "user_agent": text(lowered.get("user-agent")),
    }
    return Part(_KIND, key, _AFTER_ALL, row, {}, needs_more=True)


def _finish(row: Row, pieces: dict[str, str]) -> Row:
    asked, answered = parsed(pieces.get("request")), parsed(pieces.get("reply"))
    if asked:
        is_body = isinstance(asked, dict) and "role" not in asked
        row = row | conversation_row(read_request(asked) if is_body else read_messages(asked))
    if answered:
        found = reply_row(read_reply(answered))
        row = row | {name: value for name, value in found.items() if value is not None and row.get(name) is None}
    return row


_FIRST: Final = {
    "TimeGenerated": "2026-03-01T09:00:00Z",
    "CorrelationId": "corr-1",
    "SequenceNumber": 0,
    "DeploymentName": "large",
    "ModelName": "model-large",
    "PromptTokens": 34,
    "CompletionTokens": 12,
    "RequestMessages": '[{"role":"user","con',
}
_SECOND: Final = {
    "TimeGenerated": "2026-03-01T09:00:00Z",
    "CorrelationId": "corr-1",
    "SequenceNumber": 1,
    "DeploymentName": "large",
    "RequestMessages": 'tent":"Why?"}]',
    "ResponseMessages": '[{"role":"assistant","content":"Because.","finish_reason":"stop"}]',
}
_GATEWAY: Final = {
    "TimeGenerated": "2026-03-01T09:00:01Z",
    "CorrelationId": "corr-1",
    "CallerIpAddress": "192.0.2.10",
    "ApimSubscriptionId": "subscription-3",
    "ResponseCode": 200,
    "BackendRequestHeaders": {"User-Agent": "client/1.0"},
}
_ROW: Final = {
    "record_id": "corr-1",
    "source": "azure_apim",
    "started_at": 1772355600000000000,
    "account_id": "subscription-3",
    "api_key_id": "subscription-3",
    "client_address": "192.0.2.10",
    "user_agent": "client/1.0",
    "operation": "chat",
    "provider": "azure.ai.openai",
    "request_model": "large",
    "response_model": "model-large",
    "status_code": 200,
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "finish_reasons": "stop",
    "input_tokens": 34,
    "output_tokens": 12,
}

FORMAT: Final = Format(
    name="azure_apim",
    title="Azure API Management LLM log, with the gateway log",
    matches=_matches,
    read=_read,
    finish=_finish,
    cases=(
        Case(name="a split body and its gateway row, out of order", records=(_GATEWAY, _SECOND, _FIRST), rows=(_ROW,)),
        Case(name="a call to another API", records=(_GATEWAY,), rows=()),
    ),
    account_hint="Ingest ApiManagementGatewayLogs together with the LLM log: the subscription is there.",
)
