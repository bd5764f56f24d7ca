"""The canonical exchange table as an Arrow schema, made from `core.exchange`."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from stillwatch.core.exchange import EXCHANGE_FIELDS

_ARROW_TYPE: Final = {
    "text": pa.string(),
    "long_text": pa.large_string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
}

EXCHANGE_SCHEMA: Final = pa.schema([(field.name, _ARROW_TYPE[field.kind]) for field in EXCHANGE_FIELDS])
