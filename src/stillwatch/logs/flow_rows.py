"""Records of a flow log as flows, by columns; a record that lacks what a flow cannot do without is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.flow_format import FLOW_SCHEMA, NO_DATA, Field
from stillwatch.logs.flow_values import protocol_numbers, values_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stillwatch.logs.flow_format import FlowFormat

_TIMES_NS: Final = (946_684_800 * 10**9, 4_102_444_800 * 10**9)
"""The years 2000 to 2100: another time is none, or in another unit than its format says."""
_LONGEST_NS: Final = 400 * 86_400 * 10**9
"""No connection lasts longer; its end is none."""
_REASONS: Final = (
    ("start_at", "no time"),
    ("source_address", "no source address"),
    ("target_address", "no target address"),
    ("sent_bytes", "no count of bytes"),
)


def flows_of(table: pa.Table, declared: FlowFormat) -> pa.Table:
    """Flows in the columns of `FLOW_SCHEMA`, a row for each record; what a record does not tell is null."""
    columns = {name: _first_told(table, fields) for name, fields in declared.fields.items()}
    found = pa.table(columns)
    if declared.finish is not None:
        found = declared.finish(found)
    told = {one.name: _as_declared(found, one) for one in FLOW_SCHEMA}
    told["protocol"] = protocol_numbers(told["protocol"])
    return pa.table(told, FLOW_SCHEMA)


def split_flows(flows: pa.Table) -> tuple[pa.Table, Mapping[str, tuple[int, Any]]]:
    """The flows that can be counted, and the others by reason: how many, and the first of them.

    `NO_DATA` is neither: it says that there was nothing. An end that is none becomes the start.
    """
    flows = flows.filter(pc.not_equal(pc.fill_null(flows.column("status"), ""), NO_DATA))
    rejected: dict[str, tuple[int, Any]] = {}
    is_told = pc.equal(pc.fill_null(flows.column("status"), ""), "lost")
    for name, reason in _REASONS:
        is_missing = _is_no_time if name == "start_at" else _is_missing
        is_bad = pc.and_(is_missing(flows.column(name)), pc.invert(is_told))
        if count := pc.sum(is_bad).as_py() or 0:
            rejected[reason] = (count, flows.filter(is_bad).slice(0, 1).to_pylist()[0])
            flows, is_told = flows.filter(pc.invert(is_bad)), is_told.filter(pc.invert(is_bad))
    start, end = flows.column("start_at"), flows.column("end_at")
    is_sane = pc.and_(pc.greater(end, start), pc.less(pc.subtract(end, start), _LONGEST_NS))
    sane = pc.if_else(pc.fill_null(is_sane, False), end, start)  # noqa: FBT003  # the value of pyarrow's function
    return flows.set_column(flows.column_names.index("end_at"), "end_at", sane), rejected


def _is_missing(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_string(column.type):
        return pc.equal(pc.fill_null(column, ""), "")
    return pc.less(pc.fill_null(column, -1), 0)


def _is_no_time(column: pa.ChunkedArray) -> pa.ChunkedArray:
    first, last = _TIMES_NS
    return pc.or_(pc.less(pc.fill_null(column, 0), first), pc.greater(pc.fill_null(column, 0), last))


def _first_told(table: pa.Table, fields: Sequence[Field]) -> pa.ChunkedArray:
    there = [values_of(table.column(one.path), one.kind) for one in fields if one.path in table.column_names]
    types = {column.type for column in there}
    if len(types) > 1:
        there = [column.cast(pa.string()) for column in there]
    return pc.coalesce(*there)


def _as_declared(found: pa.Table, declared: pa.Field) -> pa.ChunkedArray:
    if declared.name not in found.column_names:
        return pa.chunked_array([pa.nulls(found.num_rows, declared.type)])
    column = found.column(declared.name)
    return column if column.type == declared.type else column.cast(declared.type)
