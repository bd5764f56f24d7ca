"""The canonical table as Arrow."""

from __future__ import annotations

import pytest

from stillwatch.core.exchange import EXCHANGE_FIELDS
from stillwatch.logs.schema import EXCHANGE_SCHEMA, to_batch


def test_the_columns_are_those_of_the_core_in_their_order() -> None:
    assert EXCHANGE_SCHEMA.names == [field.name for field in EXCHANGE_FIELDS]


def test_what_a_row_leaves_out_is_null() -> None:
    batch = to_batch([{"started_at": 1, "is_batch": True, "cost_usd": 0.5}, {"started_at": 2, "prompt_text": "Why?"}])
    assert batch.schema == EXCHANGE_SCHEMA
    rows = [{name: value for name, value in row.items() if value is not None} for row in batch.to_pylist()]
    assert rows == [{"started_at": 1, "is_batch": True, "cost_usd": 0.5}, {"started_at": 2, "prompt_text": "Why?"}]


def test_no_rows_make_an_empty_batch() -> None:
    assert (to_batch([]).num_rows, to_batch([]).schema) == (0, EXCHANGE_SCHEMA)


def test_a_wrong_type_is_an_error_and_no_null() -> None:
    with pytest.raises(ValueError, match="Could not convert"):
        to_batch([{"started_at": "yesterday"}])
