"""Amazon Bedrock's model invocation log, and CloudTrail's events of the same calls, joined on `requestId`.

Written by: Bedrock to S3 or CloudWatch, where invocation logging is on; CloudTrail to S3 (`Records[]`).

Markers: `schemaType == "ModelInvocationLog"`; for CloudTrail `eventSource` of Bedrock with `requestID`.

Account: the caller's ARN; the organisation is the AWS account.

Traps: large bodies are kept apart in S3 and named by `inputBodyS3Path`; the path is kept in `extra` and never followed.
Only the bedrock-runtime endpoint is logged. Address and user agent are in CloudTrail alone; services that call on a
user's behalf show as a service name there, not an address. The body has the shape of the model's own API or Converse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.logs.format import Case, Format, Part
from stillwatch.logs.times import start_ns, time_ns
from stillwatch.wire.bodies import answer_row, outcome_row, request_row
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.values import canonical_json, first_count, mapping, parsed, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KIND: Final = "bedrock-request"
_STATUS: Final = {
    "AccessDeniedException": 403,
    "ThrottlingException": 429,
    "ValidationException": 400,
    "ModelTimeoutException": 408,
    "ResourceNotFoundException": 404,
    "ServiceQuotaExceededException": 400,
    "InternalServerException": 500,
    "ServiceUnavailableException": 503,
}
_OPERATIONS: Final = ("Converse", "InvokeModel")


def _matches(record: Record) -> bool:
    return record.get("schemaType") == "ModelInvocationLog" or bool(_trail(record))


def _trail(record: Record) -> list[dict[str, Any]]:
    """CloudTrail's events of Bedrock calls, from one event or a file's worth."""
    events = record.get("Records") if isinstance(record.get("Records"), list) else [record]
    return [event for event in events or () if isinstance(event, dict) and _is_bedrock_event(event)]


def _is_bedrock_event(event: dict[str, Any]) -> bool:
    source = event.get("eventSource")
    return isinstance(source, str) and source.startswith("bedrock") and "requestID" in event


def _read(record: Record) -> Iterator[Row | Part]:
    if record.get("schemaType") != "ModelInvocationLog":
        yield from (_trail_part(event) for event in _trail(record))
        return
    row, key = _invocation(record), text(record.get("requestId"))
    yield row if key is None else Part(_KIND, key, 0, row, {})


def _invocation(record: Record) -> Row:
    asked, answered = mapping(record.get("input")), mapping(record.get("output"))
    answer = answer_row(parsed(answered.get("outputBodyJson")))
    error = text(record.get("errorCode"))
    outcome = outcome_row(_STATUS.get(error, 400), {"type": error}) if error else outcome_row(200)
    operation = text(record.get("operation")) or ""
    return {
        **request_row(asked.get("inputBodyJson")),
        **answer,
        **outcome,
        "record_id": text(record.get("requestId")),
        "source": "bedrock",
        "started_at": start_ns(record.get("timestamp")),
        "account_id": text(mapping(record.get("identity")).get("arn")),
        "user_id": text(mapping(record.get("identity")).get("arn")),
        "org_id": text(record.get("accountId")),
        "operation": "chat" if operation.startswith(_OPERATIONS) else text(operation),
        "provider": "aws.bedrock",
        "request_model": text(record.get("modelId")),
        "input_tokens": first_count(asked.get("inputTokenCount"), answer["input_tokens"]),
        "output_tokens": first_count(answered.get("outputTokenCount"), answer["output_tokens"]),
        "extra": _extra(record, asked, answered),
    }


def _extra(record: Record, asked: dict[str, Any], answered: dict[str, Any]) -> str | None:
    kept = {
        "region": record.get("region"),
        "inferenceRegion": record.get("inferenceRegion"),
        "requestMetadata": record.get("requestMetadata"),
        "inputBodyS3Path": asked.get("inputBodyS3Path"),
        "outputBodyS3Path": answered.get("outputBodyS3Path"),
    }
    return canonical_json({name: value for name, value in kept.items() if value})


def _trail_part(event: dict[str, Any]) -> Part:
    key = text(event.get("requestID"))
    if key is None:
        raise ValueError("CloudTrail event without a request id")
    identity = mapping(event.get("userIdentity"))
    error = text(event.get("errorCode"))
    row: Row = {
        "source": "bedrock",
        "started_at": time_ns(event.get("eventTime")),
        "account_id": text(identity.get("arn")),
        "api_key_id": text(identity.get("accessKeyId")),
        "org_id": text(identity.get("accountId")),
        "client_address": text(event.get("sourceIPAddress")),
        "user_agent": text(event.get("userAgent")),
        "error_type": error,
    }
    return Part(_KIND, key, 1, row, {}, needs_more=True)


_INVOKED: Final = {
    "schemaType": "ModelInvocationLog",
    "schemaVersion": "1.0",
    "timestamp": "2026-03-01T09:00:00Z",
    "accountId": "000000000000",
    "region": "region-1",
    "requestId": "req-1",
    "operation": "InvokeModel",
    "modelId": "model-large-v1:0",
    "identity": {"arn": "arn:aws:iam::000000000000:user/reader"},
    "input": {
        "inputContentType": "application/json",
        "inputBodyJson": {
            "max_tokens": 64,
            "system": "Answer briefly.",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}],
        },
        "inputTokenCount": 34,
    },
    "output": {
        "outputBodyJson": {
            "id": "msg-1",
            "role": "assistant",
            "content": [{"type": "text", "text": "Because."}],
            "stop_reason": "end_turn",
        },
        "outputTokenCount": 12,
    },
}
_TRAIL: Final = {
    "eventSource": "bedrock.amazonaws.com",
    "eventName": "InvokeModel",
    "eventTime": "2026-03-01T09:00:00Z",
    "requestID": "req-1",
    "sourceIPAddress": "192.0.2.10",
    "userAgent": "client/1.0",
    "userIdentity": {"arn": "arn:aws:iam::000000000000:user/reader", "accessKeyId": "key-5"},
}
_ROW: Final = {
    "record_id": "req-1",
    "source": "bedrock",
    "started_at": 1772355600000000000,
    "account_id": "arn:aws:iam::000000000000:user/reader",
    "user_id": "arn:aws:iam::000000000000:user/reader",
    "api_key_id": "key-5",
    "org_id": "000000000000",
    "client_address": "192.0.2.10",
    "user_agent": "client/1.0",
    "operation": "chat",
    "provider": "aws.bedrock",
    "request_model": "model-large-v1:0",
    "response_id": "msg-1",
    "status_code": 200,
    "params": '{"max_tokens":64}',
    "system_text": "Answer briefly.",
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "finish_reasons": "end_turn",
    "input_tokens": 34,
    "output_tokens": 12,
    "extra": '{"region":"region-1"}',
}

FORMAT: Final = Format(
    name="bedrock",
    title="Amazon Bedrock model invocation log, with CloudTrail",
    matches=_matches,
    read=_read,
    cases=(Case(name="an invocation and its CloudTrail event", records=(_TRAIL, _INVOKED), rows=(_ROW,)),),
)
