"""Composed exchanges in LiteLLM's StandardLoggingPayload, as JSON Lines or as Parquet with nested values in JSON text.

Fragments that an account, a client or a model always has are built once; a row is one join of some sixty pieces.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.evaluation.clients import PARAM_CAPS, PARAMS, user_agent_texts
from stillwatch.evaluation.keys import Floats, Ints, Keys, hex_text, indices, mix, uniform, uuid_text
from stillwatch.evaluation.networks import address_text

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evaluation.render import Texts
    from stillwatch.evaluation.rows import Rows

_NULL: Final = "null"
_ERRORS: Final = {
    403: ("PermissionDeniedError", "This account has been disabled."),
    429: ("RateLimitError", "Rate limit reached, retry later."),
    500: ("InternalServerError", "The server had an error."),
    503: ("ServiceUnavailableError", "The model is overloaded."),
}


class Table(NamedTuple):
    """Fragments by account and by model."""

    account_ids: pa.Array
    account_keys: Keys
    organisations: pa.Array
    """Organisation id of each account, null where it has none."""
    models: pa.Array
    starts_at_s: float
    seed_key: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One slice of the log in LiteLLM's columns; every nested column is JSON text."""

    call_id: pa.Array
    columns: dict[str, Any]


def exchange_ids(seed_key: int, first: int, count: int) -> pa.Array:
    """Ids of the exchanges numbered in file order; they say nothing but who drew the seed."""
    return uuid_text(mix(seed_key, np.arange(first, first + count)))


def make_payload(rows: Rows, texts: Texts, table: Table, first: int) -> Payload:
    """Lay a slice out in LiteLLM's columns, order as in the specification."""
    count = len(rows)
    keys = mix(table.seed_key, np.arange(first, first + count))
    failed = rows.status != 200
    cap = np.array(PARAM_CAPS)[rows.params]
    given = np.where(failed, 0, np.minimum(texts.output_tokens, cap))
    asked = np.maximum(pc.binary_length(texts.messages).to_numpy(zero_copy_only=False) // 4, 3)
    started = np.round(table.starts_at_s + rows.at_s, 6)
    seconds = np.round(_latency(given, keys), 3)
    call_id = uuid_text(keys)
    address = address_text(rows.address)
    agent = user_agent_texts().take(indices(rows.client))
    model = table.models.take(indices(rows.model))
    end_user = _end_users(rows)
    usage = _join(
        '{"prompt_tokens":',
        _text(asked),
        ',"completion_tokens":',
        _text(given),
        ',"total_tokens":',
        _text(asked + given),
        "}",
    )
    columns: dict[str, Any] = {
        "id": _join("chatcmpl-", hex_text([mix(keys, 2), mix(keys, 3)])),
        "trace_id": uuid_text(mix(keys, 4)),
        "session_id": _sessions(rows, table),
        "litellm_call_id": call_id,
        "call_type": pa.scalar("acompletion"),
        "stream": pa.array(uniform(mix(table.account_keys[rows.account], 61)) < 0.5),
        "response_cost": pa.array(np.round(asked * 3e-6 + given * 15e-6, 8)),
        "status": pa.array(np.where(failed, "failure", "success")),
        "custom_llm_provider": pa.scalar("hosted_vllm"),
        "total_tokens": pa.array(asked + given),
        "prompt_tokens": pa.array(asked),
        "completion_tokens": pa.array(given),
        "startTime": pa.array(started),
        "endTime": pa.array(np.round(started + seconds, 6)),
        "completionStartTime": pa.array(np.round(started + np.minimum(0.35, seconds), 6)),
        "response_time": pa.array(seconds),
        "model": model,
        "model_id": _null(),
        "model_group": model,
        "api_base": pa.scalar("http://models.internal:8000/v1"),
        "metadata": _metadata(rows, table, address, agent, usage, end_user),
        "cache_hit": pa.scalar(value=False),
        "cache_key": _null(),
        "request_tags": pa.scalar("[]"),
        "end_user": pc.fill_null(end_user, ""),
        "requester_ip_address": address,
        "user_agent": agent,
        "messages": texts.messages,
        "response": _responses(rows, texts, keys, model, usage, started),
        "error_str": _by_status(rows, "{1}"),
        "error_information": _by_status(
            rows, '{{"error_code":"{2}","error_class":"{0}","llm_provider":"hosted_vllm","traceback":"","error_message":"{1}"}}'
        ),
        "model_parameters": _parameters(rows, table),
        "hidden_params": pa.scalar("{}"),
        "guardrail_information": _null(),
    }  # fmt: skip
    return Payload(call_id=call_id, columns=columns)


_NESTED: Final = frozenset(
    {"metadata", "messages", "response", "error_information", "model_parameters", "hidden_params", "request_tags"}
)


def to_lines(payload: Payload) -> pa.Array:
    """One JSON object a row, without the line ends."""
    pieces: list[Any] = []
    opened = "{"
    for name, column in payload.columns.items():
        value = _as_json(column, is_nested=name in _NESTED)
        if isinstance(value, str):
            opened += f'"{name}":{value},'
        else:
            quote = '"' if not isinstance(value, _Bare) and name not in _NESTED else ""
            column = value.column if isinstance(value, _Bare) else value
            pieces += [pa.scalar(f'{opened}"{name}":{quote}'), column]
            opened = f"{quote},"
    return _join(*pieces, opened.removesuffix(",") + "}\n")


class _Bare(NamedTuple):
    """Values that stand without quotes."""

    column: pa.Array


def _as_json(column: Any, *, is_nested: bool) -> Any:
    if isinstance(column, pa.Scalar):
        if not column.is_valid:
            return _NULL
        value = column.as_py()
        if isinstance(value, bool):
            return str(value).lower()
        return value if is_nested else f'"{value}"'
    if is_nested:
        return pc.fill_null(column, _NULL)
    if not pa.types.is_string(column.type):
        return _Bare(pc.cast(column, pa.string()))
    if column.null_count:
        return _Bare(pc.fill_null(_join('"', column, '"'), _NULL))
    return column


class JsonlFiles:
    """Lines dealt to numbered files by count, the last of them compressed where asked."""

    def __init__(self, folder: Path, *, exchanges: int, files: int, compress_last: bool) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._files, self._compress_last = folder, files, compress_last
        self._share = max(-(-exchanges // files), 1)
        self._written = 0
        self._open: BinaryIO | None = None
        self.paths: list[Path] = []

    def write(self, payload: Payload) -> None:
        lines = to_lines(payload)
        begin = 0
        while begin < len(lines):
            if self._open is None:
                self._open = self._next()
            room = self._share - self._written % self._share
            part = lines.slice(begin, room)
            self._open.write(memoryview(_characters(part)))
            begin += len(part)
            self._written += len(part)
            if self._written % self._share == 0:
                self.close()

    def close(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None

    def _next(self) -> BinaryIO:
        last = self._compress_last and len(self.paths) == self._files - 1
        path = self._folder / f"litellm-{len(self.paths) + 1:03}.jsonl{'.gz' if last else ''}"
        self.paths.append(path)
        if not last:
            return path.open("wb")
        return gzip.GzipFile(filename="", fileobj=path.open("wb"), mode="wb", mtime=0)  # type: ignore[return-value]  # a binary file


class ParquetFile:
    """The same records as one Parquet file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.paths = [folder / "litellm.parquet"]
        self._writer: pq.ParquetWriter | None = None

    def write(self, payload: Payload) -> None:
        count = len(payload.call_id)
        arrays = {
            name: pa.repeat(column, count) if isinstance(column, pa.Scalar) else column
            for name, column in payload.columns.items()
        }
        batch = pa.table(arrays)
        if self._writer is None:
            self._writer = pq.ParquetWriter(
                self.paths[0], batch.schema, compression="zstd", compression_level=1,
                use_dictionary=["model", "model_group", "user_agent", "call_type", "status", "api_base", "model_parameters"],
            )  # fmt: skip
        self._writer.write_table(batch)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _characters(part: pa.Array) -> pa.Buffer:
    offsets = np.frombuffer(part.buffers()[1], np.int32)[part.offset : part.offset + len(part) + 1]
    return part.buffers()[2].slice(int(offsets[0]), int(offsets[-1] - offsets[0]))


def _join(*pieces: Any) -> pa.Array:
    return pc.binary_join_element_wise(*pieces, "")


def _text(numbers: Ints) -> pa.Array:
    return pc.cast(indices(numbers), pa.string())


def _null() -> pa.Scalar:
    return pa.scalar(None, pa.string())


def _latency(tokens: Ints, keys: Keys) -> Floats:
    return 0.25 + 0.5 * uniform(mix(keys, 9)) + tokens / (40.0 + 50.0 * uniform(mix(keys, 10)))


def _sessions(rows: Rows, table: Table) -> pa.Array:
    """A fifth of the accounts use software that sends a session id; it lasts for one conversation."""
    sends = uniform(mix(table.account_keys[rows.account], 62)) < 0.2
    return pc.if_else(pa.array(sends), uuid_text(mix(rows.conversation, 63)), _null())


def _end_users(rows: Rows) -> pa.Array:
    named = hex_text([mix(rows.end_user, rows.population, 64)])
    return pc.if_else(pa.array(rows.end_user >= 0), pc.utf8_slice_codeunits(named, 0, 12), _null())


def _metadata(
    rows: Rows, table: Table, address: pa.Array, agent: pa.Array, usage: pa.Array, end_user: pa.Array
) -> pa.Array:
    keys = table.account_keys
    organisation = _quoted(table.organisations)
    fragment = _join(
        '{"user_api_key_hash":"', hex_text([mix(keys, number) for number in range(71, 75)]),
        '","user_api_key_alias":null,"user_api_key_user_id":"', table.account_ids,
        '","user_api_key_user_email":null,"user_api_key_team_id":null,"user_api_key_org_id":', organisation,
        ',"user_api_key_project_id":null,"user_api_key_request_route":"/v1/chat/completions","user_api_key_auth_metadata":{}'
        ',"user_api_key_end_user_id":',
    )  # fmt: skip
    return _join(
        fragment.take(indices(rows.account)), _quoted(end_user), ',"requester_ip_address":"', address,
        '","user_agent":"', agent, '","requester_metadata":{},"requester_custom_headers":{},"usage_object":', usage, "}",
    )  # fmt: skip


def _quoted(column: pa.Array) -> pa.Array:
    return pc.fill_null(_join('"', column, '"'), _NULL)


def _responses(rows: Rows, texts: Texts, keys: Keys, model: pa.Array, usage: pa.Array, started: Floats) -> pa.Array:
    thinking = pc.fill_null(
        _join(',"thinking_blocks":[{"type":"thinking","thinking":"","signature":"', texts.signature, '"}]'), ""
    )
    whole = _join(
        '{"id":"chatcmpl-', hex_text([mix(keys, 2), mix(keys, 3)]), '","object":"chat.completion","created":',
        _text(started.astype(np.int64)), ',"model":"', model,
        '","choices":[{"index":0,"finish_reason":"',
        pc.if_else(pa.array(texts.output_tokens > np.array(PARAM_CAPS)[rows.params]), "length", "stop"), '","message":{"role":"assistant","content":"', texts.reply, '"',
        thinking, '}}],"usage":', usage, "}",
    )  # fmt: skip
    return pc.if_else(pa.array(rows.status == 200), whole, _null())


def _by_status(rows: Rows, pattern: str) -> pa.Array:
    codes = sorted(_ERRORS)
    known = pa.array([*(pattern.format(*_ERRORS[code], code) for code in codes), None], pa.string())
    place = np.minimum(np.searchsorted(codes, rows.status), len(codes))
    return known.take(indices(np.where(rows.status == 200, len(codes), place)))


def _parameters(rows: Rows, table: Table) -> pa.Array:
    return pa.array(PARAMS, pa.string()).take(indices(rows.params))
