from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from stillwatch.logs import columns
from stillwatch.logs.schema import EXCHANGE_SCHEMA


def test_empty_text_is_missing() -> None:
    assert columns.texts(pa.array(["a", "", None])).to_pylist() == ["a", None, None]


@pytest.mark.parametrize(
    "written",
    [
        pa.array([1772355600.25]),
        pa.array(["2026-03-01T09:00:00.25Z"]),
        pa.array([dt.datetime(2026, 3, 1, 9, 0, 0, 250000, tzinfo=dt.UTC)], pa.timestamp("us", "UTC")),
        pa.array([1772355600250]),
    ],
)
def test_times_of_every_type(written: pa.Array) -> None:
    assert columns.times(written).to_pylist() == [1772355600250000000]


def test_numbers_that_mean_nothing_are_missing() -> None:
    assert columns.counts(pa.array([1, -1, None])).to_pylist() == [1, None, None]
    assert columns.numbers(pa.array([0.5, float("nan"), float("inf")])).to_pylist() == [0.5, None, None]


def test_wrong_types_are_left_to_the_row_path() -> None:
    with pytest.raises(columns.Unfit):
        columns.counts(pa.array(["12"]))
    with pytest.raises(columns.Unfit):
        columns.texts(pa.array([[1]]))


def test_canonical_batch_fills_what_is_missing_with_null() -> None:
    batch = columns.canonical_batch({"turn": [1, 2]}, 2)
    assert batch.schema == EXCHANGE_SCHEMA
    assert batch.column("record_id").null_count == 2
