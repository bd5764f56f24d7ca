"""The canonical exchange: one request and its reply, as a row of named fields.

In bulk an exchange is a row in Arrow columns, never an object; this table is the one place that names the columns.
Names follow OpenTelemetry GenAI, flattened to plain column names (`gen_ai.request.model` → `request_model`).
Every field may be missing except the time; each finding says which it could not see.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

FieldKind = Literal["text", "long_text", "int", "float", "bool"]


class Field(NamedTuple):
    name: str
    kind: FieldKind
    meaning: str


EXCHANGE_FIELDS: Final[tuple[Field, ...]] = (
    Field(
        "record_id",
        "text",
        "Identity across sources: litellm_call_id, response id, x-request-id or the format's own id",
    ),
    Field("source", "text", "Name of the format that the record was read from"),
    Field("started_at", "int", "Start of the request, nanoseconds since 1970 UTC (start_time_unix_nano)"),
    Field("ended_at", "int", "End of the reply, nanoseconds since 1970 UTC"),
    Field("account_id", "text", "Who is billed, as far as the format itself knows"),
    Field("user_id", "text", "The gateway's own user behind the key (user.id)"),
    Field("api_key_id", "text", "Hash or id of the API key"),
    Field("team_id", "text", "Team of the key"),
    Field("org_id", "text", "Organisation of the key"),
    Field("end_user_id", "text", "Caller-written end user (enduser.id); a hint, never the unit that is counted"),
    Field("session_id", "text", "session.id, caller-written"),
    Field("conversation_id", "text", "gen_ai.conversation.id or previous response id"),
    Field("client_address", "text", "Address of the client as the gateway saw it (client.address)"),
    Field("user_agent", "text", "user_agent.original"),
    Field("header_order", "text", "Names of the request headers in the order sent, comma-separated"),
    Field("tls_ja3", "text", "tls.client.ja3"),
    Field("tls_ja4", "text", "JA4 fingerprint of the TLS client"),
    Field("country", "text", "geo.country.iso_code; context only, never evidence"),
    Field("operation", "text", "gen_ai.operation.name: chat, text_completion, embeddings, ..."),
    Field("provider", "text", "gen_ai.provider.name"),
    Field("request_model", "text", "gen_ai.request.model"),
    Field("response_model", "text", "gen_ai.response.model"),
    Field("response_id", "text", "gen_ai.response.id"),
    Field("status_code", "int", "HTTP status of the reply; 200 where the log only says success"),
    Field("error_type", "text", "error.type where the request failed"),
    Field(
        "params",
        "text",
        "Request parameters as JSON with sorted keys, without messages and tools: the lossless raw map",
    ),
    Field("tools", "text", "Names of the tools offered, comma-separated, in the order sent"),
    Field("system_text", "long_text", "System instructions, joined"),
    Field("prompt_text", "long_text", "Text of the last user turn"),
    Field("reply_text", "long_text", "Text of the reply"),
    Field("turn", "int", "Number of user turns in the request: 1 = a fresh question"),
    Field("chain_self", "int", "64-bit hash of the conversation up to and with the last user turn; 0 = unknown"),
    Field("chain_parent", "int", "The same of the user turn before; 0 = first turn or unknown"),
    Field("reasoning_in", "text", "Signatures or ids of signed reasoning blocks handed in, newline-separated"),
    Field("reasoning_out", "text", "Signatures or ids of signed reasoning blocks handed out, newline-separated"),
    Field("finish_reasons", "text", "gen_ai.response.finish_reasons, comma-separated"),
    Field("input_tokens", "int", "gen_ai.usage.input_tokens"),
    Field("output_tokens", "int", "gen_ai.usage.output_tokens"),
    Field("reasoning_tokens", "int", "gen_ai.usage.reasoning.output_tokens"),
    Field("cache_read_tokens", "int", "gen_ai.usage.cache_read.input_tokens"),
    Field("cost_usd", "float", "Cost that the gateway computed"),
    Field("is_batch", "bool", "Sent through a batch interface"),
    Field("extra", "text", "Fields of the record that no column holds, as JSON; kept, never read"),
)
