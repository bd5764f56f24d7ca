"""Columns of foreign Parquet to canonical ones, whole columns at a time.

Arrow's own casts do the work; only what is parsed (JSON text) or hashed (conversations) passes through Python.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.schema import EXCHANGE_SCHEMA
from stillwatch.logs.times import time_ns

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH_SECONDS_BELOW: Final = 1e11


class Unfit(Exception):  # noqa: N818  # not an error: the slow path reads such a batch
    """The batch has a column in a type that only the row path can read."""


def column(batch: pa.RecordBatch, *names: str) -> Any:
    """The first of the columns that the batch has, decoded from its dictionary; None where it has none of them."""
    for name in names:
        place = batch.schema.get_field_index(name)
        if place >= 0:
            return _plain(batch.column(place))
    return None


def field_of(struct: Any, *names: str) -> Any:
    """The first of the struct column's fields that it has; a null struct gives null fields."""
    for name in names:
        if struct is not None and struct.type.get_field_index(name) >= 0:
            return _plain(pc.struct_field(struct, name))
    return None


def _plain(found: Any) -> Any:
    return found.dictionary_decode() if pa.types.is_dictionary(found.type) else found


def texts(found: Any, *, is_long: bool = False) -> Any:
    """As text; empty text is missing.

    Raises:
        Unfit: The column is neither text nor whole numbers.
    """
    if found is None or pa.types.is_null(found.type):
        return None
    wanted = pa.large_string() if is_long else pa.string()
    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_integer, pa.types.is_string_view)
    if not any(is_kind(found.type) for is_kind in kinds):
        raise Unfit
    cast = found.cast(wanted)
    empty = pc.equal(cast, pa.scalar("", wanted))
    return pc.if_else(empty, pa.scalar(None, wanted), cast) if pc.any(empty).as_py() else cast


def counts(found: Any) -> Any:
    """As whole numbers that are not negative.

    Raises:
        Unfit: The column is no number, or holds fractions.
    """
    if found is None or pa.types.is_null(found.type):
        return None
    if not (pa.types.is_integer(found.type) or pa.types.is_floating(found.type)):
        raise Unfit
    try:
        cast = found.cast(pa.int64())
    except pa.ArrowInvalid as error:
        raise Unfit from error
    return pc.if_else(pc.less(cast, pa.scalar(0, pa.int64())), pa.scalar(None, pa.int64()), cast)


def numbers(found: Any) -> Any:
    """As finite floats.

    Raises:
        Unfit: The column is no number.
    """
    if found is None or pa.types.is_null(found.type):
        return None
    if not (pa.types.is_integer(found.type) or pa.types.is_floating(found.type) or pa.types.is_decimal(found.type)):
        raise Unfit
    cast = found.cast(pa.float64())
    return pc.if_else(pc.is_finite(cast), cast, pa.scalar(None, pa.float64()))


def times(found: Any) -> Any:
    """As nanoseconds since 1970 UTC.

    Raises:
        Unfit: A time stamp does not fit into nanoseconds.
    """
    if found is None or pa.types.is_null(found.type):
        return None
    if pa.types.is_timestamp(found.type):
        try:
            return found.cast(pa.timestamp("ns", tz=found.type.tz)).cast(pa.int64())
        except pa.ArrowInvalid as error:
            raise Unfit from error
    if pa.types.is_floating(found.type) and _are_epoch_seconds(found):
        return pc.multiply(pc.round(pc.multiply(found, 1e6)).cast(pa.int64()), 1000)
    return pa.array([time_ns(value) for value in found.to_pylist()], pa.int64())


def _are_epoch_seconds(found: Any) -> bool:
    bounds = pc.min_max(found).as_py()
    low, high = bounds["min"], bounds["max"]
    finite = pc.all(pc.is_finite(found)).as_py()
    return bool(finite and low is not None and low > 0 and high < _EPOCH_SECONDS_BELOW)


def canonical_batch(columns: Mapping[str, Any], rows: int) -> pa.RecordBatch:
    """A batch of the canonical schema from arrays by name; what is missing or None becomes null."""
    arrays = [
        pa.nulls(rows, field.type) if (found := columns.get(field.name)) is None else _as_array(found, field.type)
        for field in EXCHANGE_SCHEMA
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=EXCHANGE_SCHEMA)


def canonical_columns(columns: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """The columns as arrays of their canonical types."""
    kinds = {name: EXCHANGE_SCHEMA.field(name).type for name in columns}
    return {
        name: pa.nulls(rows, kinds[name]) if found is None else _as_array(found, kinds[name])
        for name, found in columns.items()
    }


def _as_array(found: Any, wanted: pa.DataType) -> Any:
    if isinstance(found, pa.ChunkedArray):
        found = found.combine_chunks()
    if isinstance(found, pa.Array):
        return found if found.type == wanted else found.cast(wanted)
    return pa.array(found, wanted)
