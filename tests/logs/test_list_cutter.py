"""Records of an array as pieces with their numbers."""

from __future__ import annotations

from stillwatch.logs.list_cutter import NOT_AN_OBJECT, ListCutter
from stillwatch.logs.pieces import TOO_LARGE, CutLimits, Piece


def cut(content: bytes, block_bytes: int = 1000, most: int = 1000) -> list[Piece]:
    cutter = ListCutter(CutLimits("log", block_bytes, most), None)
    return [*cutter.feed(content), *cutter.end()]


def test_pieces_number_their_records() -> None:
    pieces = cut(b'[{"a":1}, {"a":2}, {"a":3}]', block_bytes=16)
    assert [(piece.first_line, piece.data) for piece in pieces] == [(1, b'{"a":1}\n{"a":2}\n'), (3, b'{"a":3}\n')]


def test_a_record_left_out_keeps_the_numbers_right() -> None:
    pieces = cut(b'[{"a":1}, {"a":"' + b"x" * 50 + b'"}, {"a":3}]', most=20)
    assert [(piece.first_line, piece.data) for piece in pieces] == [(1, b'{"a":1}\n'), (3, b'{"a":3}\n')]
    assert pieces[1].rejects.counts == {TOO_LARGE: 1}
    assert pieces[1].rejects.examples[TOO_LARGE][0].line == 2


def test_an_array_that_ends_early_is_a_fault() -> None:
    (piece,) = cut(b'[{"a":1}, {"a":')
    assert (piece.data, piece.fault, piece.rejects.counts) == (b'{"a":1}\n', "JSON ends early", {"JSON ends early": 1})


def test_strays_are_rejects() -> None:
    assert cut(b'[1, {"a":1}]')[0].rejects.counts == {NOT_AN_OBJECT: 1}
