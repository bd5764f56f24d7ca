"""OpenAI's batch files: the input file and the output (or error) file, joined on `custom_id`.

Written by: whoever sends the batch (input) and the Batch API (output). Other providers write the same shape.

Markers: input `custom_id`, `method`, `url` and `body`; output `custom_id` with `response` or `error`, and an `id`.

Traps: parameters and prompt stand in the input alone, time and reply in the output alone, so an input without its
output has no time and is no exchange. The order of the output is not that of the input. `custom_id` is unique within
a batch only: read one batch with its own output. There is no account: one batch file is one account's, so name it at
ingest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.logs.format import Case, Format, Part
from stillwatch.logs.times import time_ns
from stillwatch.wire.bodies import answer_row, operation_of_path, outcome_row, request_row
from stillwatch.wire.messages import chain_hash
from stillwatch.wire.values import first_text, mapping, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.format import Record, Row

_KIND: Final = "openai-batch"


def _is_input(record: Record) -> bool:
    return "method" in record and "url" in record and isinstance(record.get("body"), dict)


def _matches(record: Record) -> bool:
    if "custom_id" not in record:
        return False
    is_output = "id" in record and ("response" in record or "error" in record) and "result" not in record
    return _is_input(record) or is_output


def _read(record: Record) -> Iterator[Row | Part]:
    key = text(record.get("custom_id"))
    if key is None:
        raise ValueError("no custom_id")
    if _is_input(record):
        row = request_row(record["body"]) | {"operation": operation_of_path(text(record.get("url")))}
        yield Part(_KIND, key, 0, {**row, "source": "openai_batch", "is_batch": True}, {}, needs_more=True)
    else:
        yield Part(_KIND, key, 1, _output(record), {})


def _output(record: Record) -> Row:
    response = mapping(record.get("response"))
    body = mapping(response.get("body"))
    error = record.get("error") or body.get("error")
    created = time_ns(body.get("created") or body.get("created_at"))
    return {
        **answer_row(body),
        **outcome_row(response.get("status_code"), error),
        "record_id": first_text(body.get("id"), response.get("request_id"), record.get("id")),
        "source": "openai_batch",
        "started_at": created,
        "is_batch": True,
    }


_INPUT: Final = {
    "custom_id": "task-1",
    "method": "POST",
    "url": "/v1/chat/completions",
    "body": {"model": "model-large", "n": 4, "messages": [{"role": "user", "content": "Why?"}], "user": "reader-7"},
}
_OUTPUT: Final = {
    "id": "batch_req_1",
    "custom_id": "task-1",
    "response": {
        "status_code": 200,
        "request_id": "req-1",
        "body": {
            "id": "chatcmpl-1",
            "created": 1772355600,
            "model": "model-large-2026",
            "choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": "Because."}}],
            "usage": {"prompt_tokens": 34, "completion_tokens": 12},
        },
    },
    "error": None,
}
_ROW: Final = {
    "record_id": "chatcmpl-1",
    "source": "openai_batch",
    "started_at": 1772355600000000000,
    "end_user_id": "reader-7",
    "operation": "chat",
    "request_model": "model-large",
    "response_model": "model-large-2026",
    "response_id": "chatcmpl-1",
    "status_code": 200,
    "params": '{"n":4}',
    "prompt_text": "Why?",
    "reply_text": "Because.",
    "turn": 1,
    "chain_self": chain_hash([("user", "Why?")]),
    "chain_parent": 0,
    "finish_reasons": "stop",
    "input_tokens": 34,
    "output_tokens": 12,
    "is_batch": True,
}

FORMAT: Final = Format(
    name="openai_batch",
    title="OpenAI batch input and output",
    matches=_matches,
    read=_read,
    cases=(
        Case(name="output before its input", records=(_OUTPUT, _INPUT), rows=(_ROW,)),
        Case(name="an input without its output", records=(_INPUT,), rows=()),
    ),
    account_hint="A batch file belongs to one account: name it when you ingest the file.",
)
