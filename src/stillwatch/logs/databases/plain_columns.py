"""Columns of databases as a log has them: types that Parquet and the readers of records know.

Identities become text, JSON and maps the text of JSON, decimals numbers. A type that says nothing here (an address as
PostgreSQL packs it) is refused with the column's name, since the query can write it as text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

_EXACT_DIGITS: Final = 18  # as many as an int64 holds for certain
_TEXTS: Final = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_KNOWN: Final = (
    *_TEXTS,
    *(pa.types.is_null, pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating),
    *(pa.types.is_timestamp, pa.types.is_date, pa.types.is_time),
)
_LISTS: Final = (pa.types.is_list, pa.types.is_large_list)


def plain_columns(batch: pa.RecordBatch, name: str) -> pa.RecordBatch:
    """The batch with such columns; `name` is what errors call the export.

    Raises:
        InputError: A column is of a type that is not read, or two have one name.
    """
    names = batch.schema.names
    if len(set(names)) < len(names):
        twice = next(one for one in names if names.count(one) > 1)
        raise InputError(f"two columns are called {twice!r}", where=name, mend="give one another name: … AS …")
    columns = [_plain(column) for column in batch.columns]
    for column, field in zip(columns, batch.schema, strict=True):
        if not _is_known(column.type):
            mend = f"write it as text in the query, such as CAST({field.name} AS TEXT) AS {field.name}"
            raise InputError(f"column {field.name!r} is of type {_shown(field.type)}", where=name, mend=mend)
    return pa.RecordBatch.from_arrays(columns, names=names)


def _plain(column: Any) -> Any:
    kind = column.type
    return next((convert(column) for is_kind, convert in _CONVERTED if is_kind(kind)), column)


def _stored(column: Any) -> Any:
    """What a type of an extension (JSON, numbers of PostgreSQL) is stored as, if that is text."""
    return _plain(column.storage) if any(is_kind(column.type.storage_type) for is_kind in _TEXTS) else column


def _number(column: Any) -> Any:
    kind = column.type
    return column.cast(pa.int64() if kind.scale == 0 and kind.precision <= _EXACT_DIGITS else pa.float64())


def _each(column: Any, text_of: Callable[[Any], str]) -> Any:
    rows = column.to_pylist(maps_as_pydicts="strict")
    return pa.array([None if row is None else text_of(row) for row in rows], pa.large_string())


def _text(column: Any) -> Any:
    """Bytes that are text, as ClickHouse may send it; what is no UTF-8 has its place marked."""
    try:
        return column.cast(pa.large_binary()).cast(pa.large_string())
    except pa.ArrowInvalid:
        return _each(column, lambda row: str(row, "utf-8", "replace"))


_CONVERTED: Final[tuple[tuple[Callable[[Any], bool], Callable[[Any], Any]], ...]] = (
    (lambda kind: isinstance(kind, pa.UuidType), lambda column: _each(column, str)),
    (lambda kind: isinstance(kind, pa.BaseExtensionType), _stored),
    (pa.types.is_dictionary, lambda column: _plain(column.dictionary_decode())),
    (pa.types.is_decimal, _number),
    (pa.types.is_string_view, lambda column: column.cast(pa.large_string())),
    (pa.types.is_binary, _text),
    (pa.types.is_large_binary, _text),
    (pa.types.is_binary_view, _text),
    (pa.types.is_map, lambda column: _each(column, lambda row: orjson.dumps(row, default=str).decode())),
)
"""Kind of type → what is made of its columns."""


def _is_known(kind: pa.DataType) -> bool:
    if any(is_kind(kind) for is_kind in _LISTS):
        return _is_known(kind.value_type)
    if pa.types.is_struct(kind):
        return all(_is_known(kind.field(index).type) for index in range(kind.num_fields))
    return any(is_kind(kind) for is_kind in _KNOWN)


def _shown(kind: pa.DataType) -> str:
    if isinstance(kind, pa.OpaqueType):
        return f"{kind.type_name} of {kind.vendor_name}"
    return str(kind)


def column_sizes(column: Any) -> Any:
    """How many bytes, or elements, each value of a column has, as an Arrow array; 0 where it has none."""
    kind = column.type
    if any(is_kind(kind) for is_kind in _TEXTS):
        return pc.fill_null(pc.binary_length(column), 0).cast(pa.int64())
    if any(is_kind(kind) for is_kind in _LISTS):
        return pc.fill_null(pc.list_value_length(column), 0).cast(pa.int64())
    return pa.array([8], pa.int64()).take(pa.array([0] * len(column), pa.int64()))
