"""Rows to columns, and rows that do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from stillwatch.logs.lay_out import Misfit, lay_out
from stillwatch.logs.schema import EXCHANGE_SCHEMA

ROW: dict[str, Any] = {"started_at": 1, "prompt_text": "Hi", "cost_usd": 0.5, "is_batch": False}


def test_the_batch_is_canonical_and_what_a_row_leaves_out_is_null() -> None:
    batch = lay_out([ROW, {"started_at": 2}, {}]).batch
    assert batch.schema == EXCHANGE_SCHEMA
    rows = [{name: value for name, value in row.items() if value is not None} for row in batch.to_pylist()]
    assert rows == [ROW, {"started_at": 2}, {}]


def test_no_rows_make_an_empty_batch() -> None:
    assert (lay_out([]).batch.num_rows, lay_out([]).batch.schema) == (0, EXCHANGE_SCHEMA)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("started_at", "soon"),
        ("started_at", 2**63),
        ("started_at", True),
        ("prompt_text", ["Hi"]),
        ("prompt_text", "half a pair \ud800"),
        ("account_id", 7),
        ("cost_usd", "free"),
        ("cost_usd", 2**70),
        ("is_batch", "no"),
    ],
)
def test_an_impossible_value_costs_its_row_alone(name: str, value: Any) -> None:
    found = lay_out([ROW, {**ROW, name: value}, ROW])
    assert found.misfits == (Misfit(1, f"wrong type: {name}"),)
    assert found.batch == lay_out([ROW, ROW]).batch
