"""Composed exchanges in LiteLLM's StandardLoggingPayload: JSON Lines, or a table with nested values in JSON text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from stillwatch.evaluation.payload import Payload

_NULL: Final = "null"
_NESTED: Final = frozenset(
    {"metadata", "messages", "response", "error_information", "model_parameters", "hidden_params", "request_tags"}
)


def to_lines(payload: Payload) -> pa.Array:
    """One JSON object a row, without the line ends."""
    pieces: list[Any] = []
    opened = "{"
    for name, column in payload.columns.items():
        if isinstance(column, pa.Scalar):
            opened += f'"{name}":{_constant(column, is_nested=name in _NESTED)},'
        else:
            pieces += [pa.scalar(f'{opened}"{name}":'), _values(column, is_nested=name in _NESTED)]
            opened = ","
    return pc.binary_join_element_wise(*pieces, opened.removesuffix(",") + "}\n", "")


def _constant(value: pa.Scalar, *, is_nested: bool) -> str:
    if is_nested and value.is_valid:
        return str(value.as_py())
    return orjson.dumps(value.as_py()).decode()


def _values(column: pa.Array, *, is_nested: bool) -> pa.Array:
    if is_nested:
        return pc.fill_null(column, _NULL)
    if not pa.types.is_string(column.type):
        return pc.cast(column, pa.string())
    return pc.fill_null(pc.binary_join_element_wise('"', column, '"', ""), _NULL)


def to_table(payload: Payload) -> pa.Table:
    """The same records with their nested values in JSON text."""
    count = len(payload.call_id)
    return pa.table(
        {
            name: pa.repeat(column, count) if isinstance(column, pa.Scalar) else column
            for name, column in payload.columns.items()
        }
    )
