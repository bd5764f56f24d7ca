"""LiteLLM's records in Parquet to canonical columns, for payloads and SpendLogs alike.

Columns that need no parsing are cast whole. Content, replies and metadata are scanned where they are JSON text, and
taken to Python once, as one list, where they are nested columns. What comes out equals what the row path of the format
gives.
"""

from __future__ import annotations

import itertools
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.chat_columns import scanned_chats
from stillwatch.logs.columns import (
    Unfit,
    canonical_batch,
    canonical_columns,
    column,
    counts,
    field_of,
    numbers,
    texts,
    times,
)
from stillwatch.logs.format import EVERY_FIELD
from stillwatch.logs.litellm import (
    REDACTED,
    conversation_of,
    is_batch_call,
    operation_of,
    outcome_of,
    reply_of,
)
from stillwatch.logs.litellm_metadata import Metadata, plain_values
from stillwatch.logs.reply_columns import scanned_replies
from stillwatch.logs.scan.arrow import replaced
from stillwatch.wire.account_of import PLACEHOLDERS
from stillwatch.wire.messages import Conversation
from stillwatch.wire.parameters import parameters_json, tool_names
from stillwatch.wire.replies import Reply
from stillwatch.wire.usage import Usage, read_usage
from stillwatch.wire.values import mapping, text, unknown_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Set as AbstractSet

    import numpy.typing as npt

    from stillwatch.logs.format import Wanted

_PLACEHOLDERS: Final = pa.array(sorted(PLACEHOLDERS))


class Batch:
    """A batch of LiteLLM records: its columns by name, and its metadata in whichever form it was written."""

    def __init__(self, batch: pa.RecordBatch) -> None:
        self.rows = batch.num_rows
        self._batch = batch
        self.metadata = Metadata(column(batch, "metadata"), batch.num_rows)

    def column(self, *names: str) -> Any:
        return column(self._batch, *names)

    def text(self, *names: str) -> Any:
        return texts(column(self._batch, *names))

    def values(self, name: str) -> Iterator[Any]:
        """The column as Python values, JSON text parsed; as many None where there is no such column."""
        return plain_values(column(self._batch, name), self.rows)

    def unknown(self, known: AbstractSet[str]) -> Any:
        """The columns that the format does not know, as JSON a row; None where there are none."""
        names = [name for name in self._batch.schema.names if name not in known]
        if not names:
            return None
        rows = self._batch.select(names).to_pylist()
        return [unknown_fields(row, frozenset()) for row in rows]


def message_values(found: Any, rows: int) -> Iterator[Any]:
    """The `messages` column; of a list of (role, content) structs the two leaves are taken whole."""
    if found is None or not _is_plain_messages(found.type):
        return plain_values(found, rows)
    leaves = found.values
    roles = field_of(leaves, "role").to_pylist()
    contents = field_of(leaves, "content").to_pylist()
    messages = [{"role": role, "content": content} for role, content in zip(roles, contents, strict=True)]
    offsets = found.offsets.to_pylist()
    return (messages[start:end] for start, end in itertools.pairwise(offsets))


def _is_plain_messages(kind: pa.DataType) -> bool:
    if not pa.types.is_list(kind) or not pa.types.is_struct(kind.value_type):
        return False
    names = {field.name: field.type for field in kind.value_type}
    return names.keys() == {"role", "content"} and all(pa.types.is_string(found) for found in names.values())


def by_distinct(found: Any, convert: Callable[[Any], Any], kind: pa.DataType) -> Any:
    """Convert a column that has few distinct values."""
    if found is None:
        return None
    encoded = found.dictionary_encode()
    converted = pa.array([convert(value) for value in encoded.dictionary.to_pylist()], kind)
    return pc.take(converted, encoded.indices)


def coalesced(*found: Any) -> Any:
    """The first of the columns that is not missing, row by row."""
    present = [one for one in found if one is not None]
    return pc.coalesce(*present) if present else None


def accounts(users: Any, keys: Any, rows: int) -> Any:
    """The user behind the key, or the key where the user is missing or a placeholder."""
    if users is None:
        return keys
    is_real = pc.and_(pc.is_valid(users), pc.invert(pc.is_in(users, value_set=_PLACEHOLDERS)))
    return pc.if_else(is_real, users, pa.nulls(rows, pa.string()) if keys is None else keys)


def chat_columns(found: Any, rows: int) -> dict[str, Any]:
    """What was asked, out of the `messages` column."""
    scanned = scanned_chats(found, conversation_of, REDACTED)
    if scanned is not None:
        return scanned
    return conversation_columns([conversation_of(value) for value in message_values(found, rows)])


def conversation_columns(asked: list[Conversation]) -> dict[str, Any]:
    return dict(zip(Conversation._fields, zip(*asked, strict=True), strict=True)) if asked else {}


def reply_columns(batch: Batch, wanted: Wanted) -> dict[str, Any]:
    """What came back, out of the `response` column; the usage that LiteLLM noted beside it where the reply has none."""
    found = batch.column("response")
    columns = scanned_replies(found, reply_of, REDACTED, wanted)
    if columns is None:
        columns = _columns_of([reply_of(value) for value in plain_values(found, batch.rows)])
    silent = np.flatnonzero(columns["output_tokens"].is_null().to_numpy(zero_copy_only=False))
    usages = [read_usage(noted) for noted in batch.metadata.values("usage_object", silent)]
    return columns | {
        name: replaced(columns[name], silent, [getattr(usage, name) for usage in usages]) for name in Usage._fields
    }


def _columns_of(replies: list[Reply]) -> dict[str, Any]:
    columns = dict(zip(Reply._fields, zip(*replies, strict=True), strict=True))
    usages = zip(*columns.pop("usage"), strict=True)
    counted = {name: pa.array(found, pa.int64()) for name, found in zip(Usage._fields, usages, strict=True)}
    return columns | {"response_id": pa.array(columns["response_id"], pa.string())} | counted


def parameter_columns(bodies: Iterable[Any]) -> dict[str, Any]:
    """Parameters, tools, and the reply that the request goes on from."""
    rows = [_parameters(value if type(value) is dict else mapping(value)) for value in bodies]
    names = ("params", "tools", "conversation_id")
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _parameters(body: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    if not body:
        return None, None, None
    tools = tool_names(body["tools"]) if "tools" in body else None
    return parameters_json(body), tools, text(body.get("previous_response_id"))


def _distinct_parameters(found: Any, rows: int) -> dict[str, Any]:
    """As `parameter_columns`; parameters written as text are few, so that each is worked out once."""
    if found is None or not pa.types.is_string(found.type):
        return parameter_columns(plain_values(found, rows))
    encoded = found.dictionary_encode()
    if not len(encoded.dictionary):
        return {}
    columns = parameter_columns(plain_values(encoded.dictionary, 0))
    return {name: pc.take(pa.array(values, pa.string()), encoded.indices) for name, values in columns.items()}


def outcome_columns(status: Any, errors: Callable[[npt.NDArray[np.int64]], list[Any]], rows: int) -> dict[str, Any]:
    """How each request ended; `errors` gives what went wrong in some rows, and is asked where it was no success."""
    if status is None:
        status = pa.nulls(rows, pa.string())
    success = pc.fill_null(pc.equal(status, pa.scalar("success", status.type)), False)  # noqa: FBT003  # Arrow's own signature
    others = np.flatnonzero(~success.to_numpy(zero_copy_only=False))
    states = status.take(pa.array(others)).to_pylist()
    outcomes = [outcome_of(state, error) for state, error in zip(states, errors(others), strict=True)]
    usual = {"status_code": pa.repeat(pa.scalar(200, pa.int64()), rows), "error_type": pa.nulls(rows, pa.string())}
    return {name: replaced(column, others, [getattr(one, name) for one in outcomes]) for name, column in usual.items()}


def operation_columns(batch: Batch) -> dict[str, Any]:
    calls = batch.text("call_type")
    return {
        "operation": by_distinct(calls, operation_of, pa.string()),
        "is_batch": _flags(by_distinct(calls, is_batch_call, pa.bool_()), batch.rows),
        "provider": batch.text("custom_llm_provider"),
        "request_model": coalesced(batch.text("model_group"), batch.text("model")),
        "started_at": times(batch.column("startTime")),
        "ended_at": times(batch.column("endTime")),
    }


def _flags(found: Any, rows: int) -> Any:
    no = pa.scalar(False, pa.bool_())  # noqa: FBT003  # Arrow's own signature
    return pa.repeat(no, rows) if found is None else pc.fill_null(found, no)


def read_payload_columns(
    known: AbstractSet[str], batch: pa.RecordBatch, wanted: Wanted = EVERY_FIELD
) -> pa.RecordBatch | None:
    """StandardLoggingPayloads; None where a column has a type that only the row path can read."""
    try:
        return _payload(Batch(batch), known, wanted) if batch.num_rows else canonical_batch({}, 0)
    except Unfit:
        return None


def _payload(batch: Batch, known: AbstractSet[str], wanted: Wanted) -> pa.RecordBatch:
    users, keys = batch.metadata.text("user_api_key_user_id"), batch.metadata.text("user_api_key_hash")
    said = reply_columns(batch, wanted)
    columns = {
        **said,
        **chat_columns(batch.column("messages"), batch.rows),
        **_distinct_parameters(batch.column("model_parameters"), batch.rows),
        **operation_columns(batch),
        **outcome_columns(batch.text("status"), partial(_errors, batch), batch.rows),
        "record_id": coalesced(batch.text("litellm_call_id"), batch.text("id")),
        "source": pa.repeat("litellm_payload", batch.rows),
        "account_id": accounts(users, keys, batch.rows),
        "user_id": users,
        "api_key_id": keys,
        "team_id": batch.metadata.text("user_api_key_team_id"),
        "org_id": batch.metadata.text("user_api_key_org_id"),
        "end_user_id": coalesced(batch.text("end_user"), batch.metadata.text("user_api_key_end_user_id")),
        "session_id": batch.text("session_id"),
        "client_address": coalesced(batch.metadata.text("requester_ip_address"), batch.text("requester_ip_address")),
        "user_agent": coalesced(batch.metadata.text("user_agent"), batch.text("user_agent")),
        "response_id": coalesced(said["response_id"], batch.text("id")),
        **_token_columns(batch, said),
        "cost_usd": numbers(batch.column("response_cost")),
        "extra": batch.unknown(known) if "extra" in wanted else None,
    }
    return canonical_batch(columns, batch.rows)


def _errors(batch: Batch, rows: npt.NDArray[np.int64]) -> list[Any]:
    found = batch.column("error_information")
    direct = [None] * len(rows) if found is None else found.take(pa.array(rows)).to_pylist()
    within = batch.metadata.values("error_information", rows)
    return [one or other for one, other in zip(direct, within, strict=True)]


def _token_columns(batch: Batch, said: dict[str, Any]) -> dict[str, Any]:
    return {
        name: coalesced(counts(batch.column(own)), said[name])
        for name, own in (("input_tokens", "prompt_tokens"), ("output_tokens", "completion_tokens"))
    }


def read_spendlog_columns(
    known: AbstractSet[str], batch: pa.RecordBatch, wanted: Wanted = EVERY_FIELD
) -> pa.RecordBatch | None:
    """Rows of SpendLogs; None where a column has a type that only the row path can read."""
    try:
        return _spendlogs(Batch(batch), known, wanted) if batch.num_rows else canonical_batch({}, 0)
    except Unfit:
        return None


def _spendlogs(batch: Batch, known: AbstractSet[str], wanted: Wanted) -> pa.RecordBatch:
    users = coalesced(batch.text("user"), batch.metadata.text("user_api_key_user_id"))
    keys = batch.text("api_key")
    bodies = [_request_body(value) for value in batch.values("proxy_server_request")]
    said = reply_columns(batch, wanted)
    columns = {
        **said,
        **_asked(batch, bodies),
        **parameter_columns(bodies),
        **operation_columns(batch),
        **outcome_columns(
            coalesced(batch.text("status"), batch.metadata.text("status")),
            partial(batch.metadata.values, "error_information"),
            batch.rows,
        ),
        "record_id": coalesced(batch.text("litellm_call_id"), batch.text("request_id")),
        "source": pa.repeat("litellm_spendlogs", batch.rows),
        "account_id": accounts(users, keys, batch.rows),
        "user_id": users,
        "api_key_id": keys,
        "team_id": coalesced(batch.text("team_id"), batch.metadata.text("user_api_key_team_id")),
        "org_id": coalesced(batch.text("organization_id"), batch.metadata.text("user_api_key_org_id")),
        "end_user_id": batch.text("end_user"),
        "session_id": batch.text("session_id"),
        "client_address": coalesced(batch.text("requester_ip_address"), batch.metadata.text("requester_ip_address")),
        "user_agent": batch.metadata.text("user_agent"),
        "response_id": coalesced(said["response_id"], batch.text("request_id")),
        **_token_columns(batch, said),
        "cost_usd": numbers(batch.column("spend")),
        "extra": batch.unknown(known) if "extra" in wanted else None,
    }
    return canonical_batch(columns, batch.rows)


def _request_body(value: Any) -> dict[str, Any]:
    found = value if type(value) is dict else mapping(value)
    inner = found.get("body")
    return inner if isinstance(inner, dict) else found


def _asked(batch: Batch, bodies: list[dict[str, Any]]) -> dict[str, Any]:
    """What was asked; where the messages are not kept, out of the body of the client's request."""
    columns = canonical_columns(chat_columns(batch.column("messages"), batch.rows), batch.rows)
    silent = np.flatnonzero(columns["prompt_text"].is_null().to_numpy(zero_copy_only=False))
    read = [conversation_of(bodies[row]) for row in silent]
    return {
        name: replaced(column, silent, [getattr(conversation, name) for conversation in read])
        for name, column in columns.items()
    }
