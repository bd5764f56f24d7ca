"""Composed exchanges in stillwatch's own columns: what our reader makes of the LiteLLM record, laid down as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from stillwatch.core.errors import InternalError
from stillwatch.evaluation.write_litellm import to_table
from stillwatch.logs.formats.litellm_payload import KNOWN
from stillwatch.logs.litellm_columns import read_payload_columns

if TYPE_CHECKING:
    from stillwatch.evaluation.payload import Payload


def to_exchange_table(payload: Payload) -> pa.Table:
    """The canonical columns of every row."""
    (batch,) = to_table(payload).combine_chunks().to_batches()
    found = read_payload_columns(KNOWN, batch)
    if found is None:
        raise InternalError("our own records do not fit our own reader", where="evaluation/write_exchange.py")
    return pa.Table.from_batches([found])
