"""One slice of composed exchanges as records of LiteLLM's StandardLoggingPayload.

Fragments that an account, a client or a model always has are built once; a record is one join of some sixty pieces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.evaluation.clients import PARAM_CAPS, PARAMS, user_agent_texts
from stillwatch.evaluation.keys import Floats, Ints, Keys, hex_text, indices, mix, uniform, uuid_text
from stillwatch.evaluation.networks import address_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stillwatch.evaluation.render import Texts
    from stillwatch.evaluation.rows import Rows

_NULL: Final = "null"
_ERROR: Final = (
    '{{"error_code":"{2}","error_class":"{0}","llm_provider":"hosted_vllm","traceback":"","error_message":"{1}"}}'
)
_ERRORS: Final = {
    400: ("ContentPolicyViolationError", "The request is against the usage policy."),
    403: ("PermissionDeniedError", "This account has been disabled."),
    429: ("RateLimitError", "Rate limit reached, retry later."),
    500: ("InternalServerError", "The server had an error."),
    503: ("ServiceUnavailableError", "The model is overloaded."),
}


class Table(NamedTuple):
    """What all slices of a log have in common."""

    account_keys: Keys
    account_ids: pa.Array
    organisations: pa.Array
    """Id of each account's organisation, null where there is none."""
    fragments: pa.Array
    """The part of `metadata` that an account always has."""
    models: pa.Array
    starts_at_s: float
    seed_key: int


class Caller(NamedTuple):
    """Who asked, and how it went, one value a row; null where nothing is known."""

    account_id: pa.Array
    api_key: pa.Array
    organisation: pa.Array
    reply: pa.Array
    """Escaped text."""
    signature: pa.Array
    finish_reason: pa.Array
    error_code: pa.Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One slice of the log in LiteLLM's columns; every nested column is JSON text."""

    call_id: pa.Array
    columns: dict[str, Any]
    caller: Caller
    """What other formats say in columns of their own."""


def make_payload(rows: Rows, texts: Texts, table: Table, first: int) -> Payload:
    """Lay a slice out in LiteLLM's columns, order as in the specification."""
    seen = _look(rows, texts, table, first)
    failed = rows.status != 200
    columns: dict[str, Any] = {
        "id": _join("chatcmpl-", hex_text([mix(seen.keys, 2), mix(seen.keys, 3)])),
        "trace_id": uuid_text(mix(seen.keys, 4)),
        "session_id": _sessions(rows, table),
        "litellm_call_id": seen.call_id,
        "call_type": pa.scalar("acompletion"),
        "stream": pa.array(uniform(mix(table.account_keys[rows.account], 61)) < 0.5),
        "response_cost": pa.array(np.round(seen.asked * 3e-6 + seen.given * 15e-6, 8)),
        "status": pa.array(np.where(failed, "failure", "success")),
        "custom_llm_provider": pa.scalar("hosted_vllm"),
        "total_tokens": pa.array(seen.asked + seen.given),
        "prompt_tokens": pa.array(seen.asked),
        "completion_tokens": pa.array(seen.given),
        "startTime": pa.array(seen.started),
        "endTime": pa.array(np.round(seen.started + seen.seconds, 6)),
        "completionStartTime": pa.array(np.round(seen.started + np.minimum(0.35, seen.seconds), 6)),
        "response_time": pa.array(seen.seconds),
        "model": seen.model,
        "model_id": _null(),
        "model_group": seen.model,
        "api_base": pa.scalar("http://models.internal:8000/v1"),
        "metadata": _metadata(rows, table, seen),
        "cache_hit": pa.scalar(value=False),
        "cache_key": _null(),
        "request_tags": pa.scalar("[]"),
        "end_user": pc.fill_null(seen.end_user, ""),
        "requester_ip_address": seen.address,
        "user_agent": seen.agent,
        "messages": texts.messages,
        "response": _responses(rows, texts, seen),
        "error_str": _by_status(rows, "{1}"),
        "error_information": _by_status(
            rows, _ERROR
        ),
        "model_parameters": pa.array(PARAMS, pa.string()).take(indices(rows.params)),
        "hidden_params": pa.scalar("{}"),
        "guardrail_information": _null(),
    }  # fmt: skip
    return Payload(call_id=seen.call_id, columns=columns, caller=_caller(rows, texts, table, seen))


def _caller(rows: Rows, texts: Texts, table: Table, seen: _Look) -> Caller:
    keys = table.account_keys[rows.account]
    ok = pa.array(rows.status == 200)
    return Caller(
        account_id=table.account_ids.take(indices(rows.account)),
        api_key=_api_keys(keys),
        organisation=table.organisations.take(indices(rows.account)),
        reply=pc.if_else(ok, texts.reply, _null()),
        signature=pc.if_else(ok, texts.signature, _null()),
        finish_reason=pc.if_else(ok, pc.if_else(pa.array(seen.is_cut), "length", "stop"), _null()),
        error_code=_by_status(rows, "{2}"),
    )


def _api_keys(keys: Keys) -> pa.Array:
    """What a gateway keeps of the secret key: its hash."""
    return hex_text([mix(keys, number) for number in range(71, 75)])


class _Look(NamedTuple):
    """Columns that several fields of a record repeat."""

    keys: Keys
    call_id: pa.Array
    asked: Ints
    given: Ints
    started: Floats
    seconds: Floats
    address: pa.Array
    agent: pa.Array
    model: pa.Array
    end_user: pa.Array
    usage: pa.Array
    is_cut: NDArray[np.bool_]
    """Whether the reply met the caller's limit of tokens."""


def _look(rows: Rows, texts: Texts, table: Table, first: int) -> _Look:
    keys = mix(table.seed_key, np.arange(first, first + len(rows)))
    cap = np.array(PARAM_CAPS)[rows.params]
    given = np.where(rows.status == 200, np.minimum(texts.output_tokens, cap), 0)
    asked = np.maximum(texts.asked_bytes // 4, 3)
    counts = (_text(asked), _text(given), _text(asked + given))
    return _Look(
        keys=keys,
        call_id=uuid_text(keys),
        asked=asked,
        given=given,
        started=np.round(table.starts_at_s + rows.at_s, 6),
        seconds=np.round(_latency(given, keys), 3),
        address=address_text(rows.address),
        agent=user_agent_texts().take(indices(rows.client)),
        model=table.models.take(indices(rows.model)),
        end_user=_end_users(rows),
        usage=_join(
            '{"prompt_tokens":', counts[0], ',"completion_tokens":', counts[1], ',"total_tokens":', counts[2], "}"
        ),
        is_cut=texts.output_tokens > cap,
    )


def account_fragments(account_ids: pa.Array, keys: Keys, organisations: pa.Array) -> pa.Array:
    """The identity part of `metadata` of each account; `organisations` are ids, null where there is none."""
    return _join(
        '{"user_api_key_hash":"', _api_keys(keys),
        '","user_api_key_alias":null,"user_api_key_user_id":"', account_ids,
        '","user_api_key_user_email":null,"user_api_key_team_id":null,"user_api_key_org_id":', _quoted(organisations),
        ',"user_api_key_project_id":null,"user_api_key_request_route":"/v1/chat/completions"'
        ',"user_api_key_auth_metadata":{},"user_api_key_end_user_id":',
    )  # fmt: skip


def _metadata(rows: Rows, table: Table, seen: _Look) -> pa.Array:
    return _join(
        table.fragments.take(indices(rows.account)), _quoted(seen.end_user),
        ',"requester_ip_address":"', seen.address, '","user_agent":"', seen.agent,
        '","requester_metadata":{},"requester_custom_headers":{},"usage_object":', seen.usage, "}",
    )  # fmt: skip


def _responses(rows: Rows, texts: Texts, seen: _Look) -> pa.Array:
    thinking = pc.fill_null(
        _join(',"thinking_blocks":[{"type":"thinking","thinking":"","signature":"', texts.signature, '"}]'), ""
    )
    whole = _join(
        '{"id":"chatcmpl-', hex_text([mix(seen.keys, 2), mix(seen.keys, 3)]), '","object":"chat.completion","created":',
        _text(seen.started.astype(np.int64)), ',"model":"', seen.model, '","choices":[{"index":0,"finish_reason":"',
        pc.if_else(pa.array(seen.is_cut), "length", "stop"), '","message":{"role":"assistant","content":"',
        texts.reply, '"', thinking, '}}],"usage":', seen.usage, "}",
    )  # fmt: skip
    return pc.if_else(pa.array(rows.status == 200), whole, _null())


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


def _quoted(column: pa.Array) -> pa.Array:
    return pc.fill_null(_join('"', column, '"'), _NULL)


def _by_status(rows: Rows, pattern: str) -> pa.Array:
    codes = sorted(_ERRORS)
    known = pa.array([*(pattern.format(*_ERRORS[code], code) for code in codes), None], pa.string())
    place = np.minimum(np.searchsorted(codes, rows.status), len(codes))
    return known.take(indices(np.where(rows.status == 200, len(codes), place)))
