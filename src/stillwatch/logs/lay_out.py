"""Lay rows out as Arrow columns, quickly, and tell the rows apart that do not fit.

The whole batch goes to Arrow at once; only when that fails is each value looked at, so that one impossible value costs
its own row and no other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa

from stillwatch.core.exchange import EXCHANGE_FIELDS
from stillwatch.logs.schema import EXCHANGE_SCHEMA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.logs.format import Row

_ROW_TYPE: Final = pa.struct(list(EXCHANGE_SCHEMA))
_PYTHON_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "text": (str,),
    "long_text": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
}
_INT64: Final = range(-(2**63), 2**63)


class Misfit(NamedTuple):
    row_number: int
    """Place of the row in what was given."""
    reason: str


class LaidOut(NamedTuple):
    batch: pa.RecordBatch
    misfits: tuple[Misfit, ...]
    """Rows that are not in the batch."""


def lay_out(rows: Sequence[Row]) -> LaidOut:
    """One batch of the canonical schema out of the rows that fit it."""
    try:
        return LaidOut(_to_batch(rows), ())
    except (pa.ArrowException, OverflowError, TypeError, ValueError):
        misfits = tuple(
            Misfit(index, reason) for index, row in enumerate(rows) if (reason := _misfit_of(row)) is not None
        )
        left_out = {misfit.row_number for misfit in misfits}
        return LaidOut(_to_batch([row for index, row in enumerate(rows) if index not in left_out]), misfits)


def _to_batch(rows: Sequence[Row]) -> pa.RecordBatch:
    return pa.RecordBatch.from_struct_array(pa.array(rows, type=_ROW_TYPE))


def _misfit_of(row: Row) -> str | None:
    for field in EXCHANGE_FIELDS:
        value = row.get(field.name)
        if value is not None and not _fits(value, field.kind):
            return f"wrong type: {field.name}"
    return None


def _fits(value: Any, kind: str) -> bool:
    if not isinstance(value, _PYTHON_TYPES[kind]) or (isinstance(value, bool) and kind != "bool"):
        return False
    if isinstance(value, str):
        return _is_unicode(value)
    return not isinstance(value, int) or value in _INT64


def _is_unicode(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
