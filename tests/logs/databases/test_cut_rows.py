"""Where a stream of rows is cut hangs on the rows alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import hypothesis.strategies as some
import numpy as np
import pyarrow as pa
from hypothesis import given, settings

from stillwatch.logs.databases.cut_rows import CutLimits, cut_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS = CutLimits(least_rows=20, mean_rows=64, most_bytes=40_000)


def log(rows: int) -> pa.Table:
    random = np.random.default_rng(7)
    texts = ["x" * int(length) for length in random.integers(0, 300, rows)]
    columns = {"id": random.integers(0, 1 << 60, rows), "cost": random.random(rows), "text": texts}
    return pa.table(columns | {"tags": [["a"]] * rows, "nothing": pa.nulls(rows)})


def batches(table: pa.Table, sizes: list[int]) -> Iterator[pa.RecordBatch]:
    start = turn = 0
    while start < table.num_rows:
        size = sizes[turn % len(sizes)]
        yield from table.slice(start, size).to_batches()
        start, turn = start + size, turn + 1


@settings(max_examples=10)
@given(some.lists(some.integers(1, 500), min_size=1, max_size=6))
def test_batches_of_any_size_give_the_same_pieces(sizes: list[int]) -> None:
    table = log(400)
    whole = list(cut_rows(table.to_batches(), LIMITS))
    assert [one.combine_chunks() for one in cut_rows(batches(table, sizes), LIMITS)] == whole
    assert pa.concat_tables(whole) == table


def test_pieces_keep_their_limits() -> None:
    pieces = list(cut_rows(log(5000).to_batches(), LIMITS))
    sizes = [piece.num_rows for piece in pieces]
    assert min(sizes[:-1]) >= LIMITS.least_rows
    assert 30 < sum(sizes) / len(sizes) < 150
    assert max(piece.nbytes for piece in pieces) < 2 * LIMITS.most_bytes


def test_rows_that_are_all_alike_are_cut_by_size() -> None:
    table = pa.table({"text": ["x" * 992] * 1000})
    sizes = {piece.num_rows for piece in cut_rows(table.to_batches(), CutLimits(1, 1 << 62, 99_200))}
    assert sizes == {100}


def test_where_old_rows_are_gone_most_pieces_are_as_they_were() -> None:
    table = log(5000)
    before = {str(piece["id"]) for piece in cut_rows(table.to_batches(), LIMITS)}
    after = {str(piece["id"]) for piece in cut_rows(table.slice(333).to_batches(), LIMITS)}
    assert len(after - before) <= 4 < len(after)


def test_of_no_rows_there_is_no_piece() -> None:
    assert list(cut_rows(log(5).slice(5).to_batches(), LIMITS)) == []
