"""Accounts of a regular CSV file, column by column: a million of them are usual, and row by row they cost a minute.

Only a block in which every value reads plainly is read so. Whatever has to be looked at by itself (a value to reject, a
row without an id, spaces to strip, letters beyond ASCII, several columns for one of ours) sends its block back to the
reader of rows (`account_rows`), which is the definition of what an accounts file means; a test compares the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from stillwatch.logs.account_columns import ACCOUNT_COLUMNS, CONVERTERS, lowered, stripped
from stillwatch.logs.account_rows import ACCOUNT_SCHEMA, BANNED, TRUTH, Plan

if TYPE_CHECKING:
    from stillwatch.logs.containers import CsvShape
    from stillwatch.logs.file_blocks import Block

_UNPLAIN: Final = r"[^ -~]|^ | $"
_MOMENT: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
_NULLS: Final = pa.array(["", "\\N"])


def read_columns(block: Block, plan: Plan) -> pa.Table | None:
    """The block as rows of `ACCOUNT_SCHEMA`; None where a row of it has to be looked at."""
    shape = block.csv
    if shape is None or not plan.ids or plan.keys or not _is_plain(block.data, shape):
        return None
    table = _parsed(block.data, shape)
    if table is None or any(len(names) > 1 for names in plan.columns.values()):
        return None
    found: dict[str, pa.ChunkedArray] = {"account_id": _text(table[plan.ids[0]])}
    for column in ACCOUNT_COLUMNS:
        if column.name in plan.columns:
            values = _converted(column.name, column.kind, table[plan.columns[column.name][0]])
            if values is None:
                return None
            found[column.name] = values
    if found["account_id"].null_count:
        return None
    return _derived(pa.table({name: found.get(name, pa.nulls(table.num_rows)) for name in ACCOUNT_SCHEMA.names}))


def _is_plain(data: bytes, shape: CsvShape) -> bool:
    """Whether quotes stand around fields alone, and every character is one that no reader takes for another."""
    mark = shape.delimiter.encode()
    edges = sum(data.count(edge) for edge in (mark + b'"', b'\n"', b'"' + mark, b'"\n', b'"\r'))
    edges += data.startswith(b'"') + data.endswith(b'"')
    return shape.escape is None and data.isascii() and data.count(b'"') == edges


def _parsed(data: bytes, shape: CsvShape) -> pa.Table | None:
    if len(set(shape.header)) < len(shape.header):
        return None
    try:
        table = csv.read_csv(
            pa.BufferReader(data),
            csv.ReadOptions(column_names=list(shape.header), use_threads=False),
            csv.ParseOptions(delimiter=shape.delimiter, newlines_in_values=True),
            csv.ConvertOptions(column_types=dict.fromkeys(shape.header, pa.string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    if any(pc.any(pc.match_substring_regex(column, _UNPLAIN)).as_py() for column in table.columns):
        return None
    return table


def _text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.if_else(pc.is_in(values, value_set=_NULLS), None, values)


def _converted(name: str, kind: str, values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """A column in its one form; None where a value has none, or says yes where a time is asked for."""
    values = _text(values)
    if name == "banned_at" and pc.any(pc.is_in(pc.ascii_lower(values), value_set=pa.array(sorted(TRUTH)))).as_py():
        return None
    if CONVERTERS[name] is stripped:
        return values
    if CONVERTERS[name] is lowered:
        return pc.ascii_lower(values)
    if kind == "time" and pc.all(pc.match_substring_regex(values, _MOMENT)).as_py() is not False:
        return _moments(values)
    return _each_once(name, values)


def _moments(values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    try:
        times = pc.utf8_slice_codeunits(values, 0, 19).cast(pa.timestamp("ns")).cast(pa.int64())
    except pa.ArrowInvalid:
        return None
    return times if pc.all(pc.greater(times, 0)).as_py() is not False else None


def _each_once(name: str, values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Convert each distinct value as the reader of rows does."""
    coded = values.combine_chunks().dictionary_encode()
    made = [CONVERTERS[name](value) for value in coded.dictionary.to_pylist()]
    if any(one is None for one in made):
        return None
    return pa.chunked_array([pa.array(made, ACCOUNT_SCHEMA.field(name).type).take(coded.indices)])


def _derived(table: pa.Table) -> pa.Table:
    """What one column says of another: the domain of an address, and when a status became a ban."""
    table = table.cast(ACCOUNT_SCHEMA)
    domain = pc.struct_field(pc.extract_regex(table["email_key"], "@(?P<domain>[^@]*)$"), "domain")
    is_ban = pc.is_in(table["status"], value_set=pa.array(sorted(BANNED)))
    later = pc.if_else(is_ban, table["status_changed_at"], None)
    for name, other in (("email_domain", domain), ("banned_at", later)):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, table.schema.field(place), pc.coalesce(table[name], other))
    return table
