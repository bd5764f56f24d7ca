"""The fast path for Parquet gives what the row path gives, in every layout of the columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payload_records import dumps, records

from stillwatch.logs.choice import Choice
from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.formats import litellm_payload, litellm_spendlogs, stillwatch_exchange
from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.limits import Limits
from stillwatch.logs.parse import _columns_of, parse_with
from stillwatch.logs.sketching import stored_fields

if TYPE_CHECKING:
    from pathlib import Path

PAYLOADS = [record for case in litellm_payload.FORMAT.cases for record in case.records]
SPENDLOGS = [record for case in litellm_spendlogs.FORMAT.cases for record in case.records]
NESTED = ("metadata", "messages", "response", "model_parameters", "hidden_params", "error_information")


def as_json_text(record: Any) -> dict[str, Any]:
    return {
        name: orjson.dumps(value).decode() if isinstance(value, (dict, list)) else value
        for name, value in record.items()
    }


def typed(record: Any) -> dict[str, Any]:
    """A SpendLogs record as the database types it: numbers are numbers."""
    numbers = {"spend": float, "prompt_tokens": int, "completion_tokens": int}
    return {name: numbers[name](value) if name in numbers else value for name, value in record.items()}


def batch_of(records: list[dict[str, Any]]) -> pa.RecordBatch:
    names = dict.fromkeys(name for record in records for name in record)
    return pa.RecordBatch.from_pylist([{name: record.get(name) for name in names} for record in records])


def rows_by_record(declared: Any, batch: pa.RecordBatch) -> pa.RecordBatch:
    return lay_out([row for record in batch.to_pylist() for row in declared.read(record)]).batch


@pytest.mark.parametrize("shape", [as_json_text, dict], ids=["json text", "nested"])
def test_payload_columns_equal_the_row_path(shape: Any) -> None:
    batch = batch_of([shape(record) for record in PAYLOADS for _ in range(3)])
    assert (
        litellm_payload.FORMAT.read_columns(batch).to_pylist()
        == rows_by_record(litellm_payload.FORMAT, batch).to_pylist()
    )


def test_spendlog_columns_equal_the_row_path() -> None:
    batch = batch_of([as_json_text(typed(record)) for record in SPENDLOGS])
    assert (
        litellm_spendlogs.FORMAT.read_columns(batch).to_pylist()
        == rows_by_record(litellm_spendlogs.FORMAT, batch).to_pylist()
    )


@pytest.mark.parametrize(
    ("declared", "records"),
    [(litellm_payload.FORMAT, PAYLOADS), (litellm_spendlogs.FORMAT, [typed(record) for record in SPENDLOGS])],
    ids=["payload", "spendlogs"],
)
def test_what_the_store_needs_is_found_in_the_columns_read(declared: Any, records: list[Any]) -> None:
    batch = batch_of([as_json_text(record) | {"unheard_of": "x"} for record in records])
    some = batch.select([name for name in batch.schema.names if name in declared.columns_read])
    stored = sorted(stored_fields())
    assert "unheard_of" not in some.schema.names
    assert declared.read_columns(some, stored_fields()).select(stored).to_pylist() == (
        declared.read_columns(batch).select(stored).to_pylist()
    )


def test_a_reply_that_nobody_wants_is_not_copied() -> None:
    batch = batch_of([as_json_text(record) for record in PAYLOADS])
    read = litellm_payload.FORMAT.read_columns(batch, stored_fields())
    assert read.column("reply_text").null_count == batch.num_rows


def test_text_where_a_number_should_be_is_left_to_the_row_path() -> None:
    assert litellm_spendlogs.FORMAT.read_columns(batch_of([as_json_text(SPENDLOGS[0])])) is None


def test_plain_messages_are_read_from_their_leaves() -> None:
    messages = [[{"role": "user", "content": f"Question {place}"}] for place in range(4)]
    batch = batch_of([{**as_json_text(PAYLOADS[0]), "messages": found} for found in messages])
    read = litellm_payload.FORMAT.read_columns(batch.slice(1, 2))
    assert read.column("prompt_text").to_pylist() == ["Question 1", "Question 2"]


def test_empty_batch_becomes_an_empty_batch() -> None:
    assert litellm_payload.FORMAT.read_columns(batch_of([as_json_text(PAYLOADS[0])]).slice(0, 0)).num_rows == 0


def test_canonical_columns_are_cast() -> None:
    row = dict(stillwatch_exchange.FORMAT.cases[0].rows[0]) | {"extra": None}
    batch = pa.RecordBatch.from_pylist([row])
    assert stillwatch_exchange.FORMAT.read_columns(batch).to_pylist() == lay_out([row]).batch.to_pylist()


def test_foreign_column_is_left_to_the_row_path() -> None:
    batch = pa.RecordBatch.from_pylist([dict(stillwatch_exchange.FORMAT.cases[0].records[0])])
    assert stillwatch_exchange.FORMAT.read_columns(batch) is None


def test_text_that_is_no_utf8_costs_its_row_alone(tmp_path: Path) -> None:
    text, lengths = b"no \xff text[]", np.array([0, 9, 11], np.int32)
    batch = pa.RecordBatch.from_pydict(
        {
            "messages": pa.StringArray.from_buffers(2, pa.py_buffer(lengths), pa.py_buffer(text)),
            "startTime": [1.5e9, 1.5e9],
            "model_parameters": ["{}", "{}"],
            "hidden_params": ["{}", "{}"],
        }
    )
    pq.write_table(pa.Table.from_batches([batch]), tmp_path / "log")
    (block,) = open_blocks(tmp_path / "log")
    parsed = parse_with(block, Choice(first=(litellm_payload.FORMAT,)), Limits(least_scanned=0))
    assert (parsed.exchanges, parsed.rejects.counts) == ({"litellm_payload": 1}, {"not UTF-8": 1})


SCALARS = {"endTime": float, "status": str, "call_type": str, "end_user": str, "user_agent": str}


def as_cells(record: dict[str, Any]) -> dict[str, Any]:
    """A record as a row of Parquet: nested fields as JSON text, the others only where they have the column's type."""
    nested = {
        name: value if isinstance(value, str) else dumps(value).decode()
        for name, value in record.items()
        if name in NESTED
    }
    plain = {name: value for name, value in record.items() if type(value) is SCALARS.get(name)}
    return {"litellm_call_id": "call", "startTime": 1.5e9} | plain | nested  # a row without a time is a reject


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(records(), min_size=1, max_size=4))
def test_odd_payloads_equal_the_row_path(found: list[dict[str, Any]]) -> None:
    batch = batch_of([as_cells(record) for record in found])
    read = _columns_of(litellm_payload.FORMAT, batch)  # None: the whole batch is left to the row path
    assert read is None or read.to_pylist() == rows_by_record(litellm_payload.FORMAT, batch).to_pylist()
