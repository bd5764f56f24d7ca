"""The canonical exchange table as an Arrow schema, made from `core.exchange`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from stillwatch.core.exchange import EXCHANGE_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_ARROW_TYPE: Final = {
    "text": pa.string(),
    "long_text": pa.large_string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
}

EXCHANGE_SCHEMA: Final = pa.schema([(field.name, _ARROW_TYPE[field.kind]) for field in EXCHANGE_FIELDS])


def to_batch(rows: Sequence[dict[str, Any]]) -> pa.RecordBatch:
    """Lay rows out as one batch of the canonical schema; a name that a row leaves out becomes null."""
    arrays = [pa.array([row.get(field.name) for row in rows], type=field.type) for field in EXCHANGE_SCHEMA]
    return pa.RecordBatch.from_arrays(arrays, schema=EXCHANGE_SCHEMA)
