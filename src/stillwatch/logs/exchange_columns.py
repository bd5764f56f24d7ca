"""Canonical exchanges in Parquet: columns are renamed and cast, and no row is touched in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.core.exchange import EXCHANGE_FIELDS
from stillwatch.logs.columns import Unfit, canonical_batch, column, counts, numbers, texts, times
from stillwatch.logs.format import EVERY_FIELD

if TYPE_CHECKING:
    from stillwatch.logs.format import Wanted

DOTTED: Final[dict[str, tuple[str, ...]]] = {
    "record_id": ("sw.record.id",),
    "source": ("sw.source",),
    "started_at": ("start_time_unix_nano",),
    "ended_at": ("end_time_unix_nano",),
    "account_id": ("sw.account.id",),
    "user_id": ("user.id",),
    "api_key_id": ("sw.api_key.id",),
    "team_id": ("sw.team.id",),
    "org_id": ("sw.org.id",),
    "end_user_id": ("enduser.id",),
    "session_id": ("session.id",),
    "conversation_id": ("gen_ai.conversation.id", "gen_ai.request.previous_response.id"),
    "client_address": ("client.address",),
    "user_agent": ("user_agent.original",),
    "header_order": ("sw.http.header_order",),
    "tls_ja3": ("tls.client.ja3",),
    "tls_ja4": ("sw.tls.client.ja4",),
    "country": ("geo.country.iso_code",),
    "operation": ("gen_ai.operation.name",),
    "provider": ("gen_ai.provider.name", "gen_ai.system"),
    "request_model": ("gen_ai.request.model",),
    "response_model": ("gen_ai.response.model",),
    "response_id": ("gen_ai.response.id",),
    "status_code": ("http.response.status_code",),
    "error_type": ("error.type",),
    "finish_reasons": ("gen_ai.response.finish_reasons",),
    "input_tokens": ("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
    "output_tokens": ("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
    "reasoning_tokens": ("gen_ai.usage.reasoning.output_tokens",),
    "cache_read_tokens": ("gen_ai.usage.cache_read.input_tokens",),
    "cost_usd": ("sw.cost.usd",),
    "is_batch": ("sw.request.batch",),
}
"""The OpenTelemetry (or `sw.*`) names of each column, as the reference of log formats lists them."""

_ALWAYS: Final = ("source", "started_at")
_SIGNED: Final = ("chain_self", "chain_parent")


def read_exchange_columns(batch: pa.RecordBatch, wanted: Wanted = EVERY_FIELD) -> pa.RecordBatch | None:
    """Cast a batch that holds canonical columns alone; None where there is more to do than casting."""
    known = {name for field in EXCHANGE_FIELDS for name in (field.name, *DOTTED.get(field.name, ()))}
    if not known.issuperset(batch.schema.names):
        return None
    try:
        read = (field for field in EXCHANGE_FIELDS if field.name in wanted or field.name in _ALWAYS)
        columns = {field.name: _cast(batch, field.name, field.kind) for field in read}
    except (Unfit, pa.ArrowException):
        return None
    if columns["source"] is None:
        columns["source"] = pa.repeat("stillwatch_exchange", batch.num_rows)
    return canonical_batch(columns, batch.num_rows)


def _cast(batch: pa.RecordBatch, name: str, kind: str) -> Any:
    found = column(batch, name, *DOTTED.get(name, ()))
    if found is None or pa.types.is_null(found.type):
        return None
    if name in ("started_at", "ended_at"):
        return times(found)
    if name in _SIGNED:
        return found.cast(pa.int64())
    if kind == "bool":
        return found.cast(pa.bool_())
    if kind == "int":
        return _status(counts(found)) if name == "status_code" else counts(found)
    return numbers(found) if kind == "float" else texts(found, is_long=kind == "long_text")


def _status(codes: Any) -> Any:
    is_sane = pc.and_(pc.greater_equal(codes, 100), pc.less(codes, 600))
    return pc.if_else(is_sane, codes, pa.scalar(None, pa.int64()))
