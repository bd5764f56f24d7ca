from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest

from stillwatch.core.errors import InputError
from stillwatch.logs.databases.plain_columns import column_sizes, plain_columns

_ID = UUID("f4575ef0-4c89-4d7c-80e1-6a1c6857b25f")
_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def opaque(storage: pa.Array, name: str) -> pa.Array:
    return pa.ExtensionArray.from_storage(pa.opaque(storage.type, name, "PostgreSQL"), storage)


def plain(column: Any) -> list[Any]:
    batch = pa.RecordBatch.from_arrays([column], names=["x"])
    return plain_columns(batch, "here").column(0).to_pylist()


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        pytest.param(pa.array([_ID.bytes, None], pa.uuid()), [str(_ID), None], id="identity"),
        pytest.param(pa.array(['{"a":1}'], pa.json_()), ['{"a":1}'], id="json"),
        pytest.param(opaque(pa.array(["1.5", None]), "numeric"), ["1.5", None], id="number of PostgreSQL"),
        pytest.param(pa.array(["a", None, "a"]).dictionary_encode(), ["a", None, "a"], id="dictionary"),
        pytest.param(pa.array([Decimal("1.50"), None]), [1.5, None], id="decimal"),
        pytest.param(pa.array([Decimal(7)], pa.decimal128(18, 0)), [7], id="whole decimal"),
        pytest.param(pa.array(["é".encode(), None]), ["é", None], id="bytes"),
        pytest.param(pa.array([b"a\xff"]), ["a\ufffd"], id="bytes that are no text"),
        pytest.param(pa.array([[("k", "v")], None], pa.map_(pa.string(), pa.string())), ['{"k":"v"}', None], id="map"),
        pytest.param(pa.array([[1, 2]]), [[1, 2]], id="list"),
        pytest.param(pa.array([{"a": "b"}]), [{"a": "b"}], id="struct"),
        pytest.param(pa.array([_NOON], pa.timestamp("us", "UTC")), [_NOON], id="time"),
    ],
)
def test_columns_become_what_readers_know(column: Any, expected: list[Any]) -> None:
    assert plain(column) == expected


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        pytest.param(opaque(pa.array([b"\x02 \x00\x04\x01\x02\x03\x04"]), "inet"), "inet of PostgreSQL", id="inet"),
        pytest.param(pa.array([bytes(16)], pa.binary(16)), "fixed_size_binary", id="IPv6"),
        pytest.param(pa.array([[bytes(16)]], pa.list_(pa.binary(16))), "list<", id="list of them"),
    ],
)
def test_a_type_that_says_nothing_is_refused_with_the_mend(column: Any, kind: str) -> None:
    with pytest.raises(InputError, match=rf"here: column 'x' is of type {kind}.*CAST\(x AS TEXT\) AS x"):
        plain(column)


def test_two_columns_of_one_name_are_refused() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([1]), pa.array([2])], names=["id", "id"])
    with pytest.raises(InputError, match="two columns are called 'id'"):
        plain_columns(batch, "here")


def test_sizes_are_of_each_value() -> None:
    columns = [pa.array(["ab", None, "é"]), pa.array([[1], None, []]), pa.array([1, None, 3])]
    assert [column_sizes(column).to_pylist() for column in columns] == [[2, 0, 2], [1, 0, 0], [8, 8, 8]]
