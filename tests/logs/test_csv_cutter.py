"""Cutting CSV: quotes respected, and a broken one costs a line, not the file."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.logs.containers import CsvShape
from stillwatch.logs.csv_cutter import UNCLOSED, CsvCutter
from stillwatch.logs.pieces import TOO_LARGE, CutLimits, Piece

SHAPE = CsvShape(("id", "text"), ",", None)


def cut(content: bytes, size: int = 1000, block_bytes: int = 1000, most: int = 1000) -> list[Piece]:
    cutter = CsvCutter(CutLimits("log", block_bytes, most), SHAPE)
    chunks = [content[start : start + size] for start in range(0, len(content), size)]
    return [piece for chunk in chunks for piece in cutter.feed(chunk)] + list(cutter.end())


@given(st.lists(st.tuples(st.text("ab"), st.text('a",\n')), max_size=8), st.integers(1, 30), st.integers(1, 40))
@settings(deadline=None)
def test_pieces_hold_whole_records(rows: list[tuple[str, str]], size: int, block_bytes: int) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([("id", "text"), *rows])
    pieces = cut(out.getvalue().encode(), size, block_bytes)
    read = [tuple(row) for piece in pieces for row in csv.reader(io.StringIO(piece.data.decode(), newline=""))]
    assert read == rows
    line = 2
    for piece in pieces:
        assert piece.first_line == line
        line += piece.data.count(b"\n")


@pytest.mark.parametrize("size", [3, 1000])
def test_a_quote_that_is_never_closed_costs_its_line(size: int) -> None:
    pieces = cut(b'id,text\n1,a\n2,"open\n3,c\n4,d', size)
    assert b"".join(piece.data for piece in pieces) == b"1,a\n3,c\n4,d"
    assert [piece.rejects.counts for piece in pieces if piece.rejects.total] == [{UNCLOSED: 1}]


@pytest.mark.parametrize("size", [7, 5000])
def test_a_record_past_the_limit_costs_itself(size: int) -> None:
    pieces = cut(b"id,text\n1," + b"x" * 3000 + b"\n2,b\n", size, most=100)
    if size == 7:
        assert b"".join(piece.data for piece in pieces) == b"2,b\n"
        assert pieces[-1].rejects.counts == {TOO_LARGE: 1}
        assert pieces[-1].first_line == 3
    else:  # within one chunk the record is whole already, and the parser measures it
        assert b"".join(piece.data for piece in pieces).endswith(b"2,b\n")


@pytest.mark.parametrize("content", [b"id,text", b"id,text\n"])
def test_a_header_alone_holds_no_record(content: bytes) -> None:
    assert cut(content) == []
