"""Composed exchanges as rows of LiteLLM's SpendLogs table, exported as JSON Lines with prompts stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from stillwatch.evaluation.payload import Payload


def to_spendlog_lines(payload: Payload) -> pa.Array:
    """One JSON object a row; parameters and messages stand in `proxy_server_request`, as the proxy keeps them."""
    has, who = payload.columns, payload.caller
    body = pc.binary_join_element_wise(
        '{"model":"', has["model"], '","messages":', has["messages"], _more(has["model_parameters"]), ""
    )
    metadata = pc.binary_join_element_wise(
        '{"status":"', has["status"], '","error_information":', _or_null(has["error_information"]),
        ',"requester_ip_address":"', has["requester_ip_address"], '","user_agent":"', has["user_agent"], '"}', "",
    )  # fmt: skip
    return pc.binary_join_element_wise(
        '{"request_id":"', has["id"],
        '","litellm_call_id":"', payload.call_id,
        '","call_type":"acompletion","api_key":"', who.api_key,
        '","user":"', who.account_id,
        '","organization_id":', _text(who.organisation),
        ',"end_user":', _text(has["end_user"]),
        ',"session_id":', _text(has["session_id"]),
        ',"spend":', pc.cast(has["response_cost"], pa.string()),
        ',"total_tokens":', pc.cast(has["total_tokens"], pa.string()),
        ',"prompt_tokens":', pc.cast(has["prompt_tokens"], pa.string()),
        ',"completion_tokens":', pc.cast(has["completion_tokens"], pa.string()),
        ',"startTime":"', _moment(has["startTime"]),
        '","endTime":"', _moment(has["endTime"]),
        '","model":"', has["model"],
        '","model_group":"', has["model"],
        '","custom_llm_provider":"hosted_vllm","cache_hit":"False","request_tags":[],"messages":{}',
        ',"status":"', has["status"],
        '","requester_ip_address":"', has["requester_ip_address"],
        '","metadata":', metadata,
        ',"proxy_server_request":', body,
        ',"response":', _or_null(has["response"]),
        "}\n", "",
    )  # fmt: skip


def _more(parameters: pa.Array) -> pa.Array:
    """The rest of an object that the fields of another go on."""
    rest = pc.binary_join_element_wise(",", pc.utf8_slice_codeunits(parameters, 1), "")
    return pc.if_else(pc.equal(parameters, "{}"), "}", rest)


def _or_null(column: Any) -> Any:
    return pc.fill_null(column, "null")


def _text(column: pa.Array) -> pa.Array:
    return pc.fill_null(pc.binary_join_element_wise('"', column, '"', ""), "null")


def _moment(seconds: pa.Array) -> pa.Array:
    """As Postgres writes a time without a zone."""
    micros = np.round(seconds.to_numpy() * 1e6).astype(np.int64)
    return pc.strftime(pa.array(micros, pa.timestamp("us")), "%Y-%m-%d %H:%M:%S")
