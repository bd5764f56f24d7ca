"""A piece as the cutters hand it on."""

from __future__ import annotations

from stillwatch.logs.pieces import Piece
from stillwatch.logs.rejects import Rejects


def test_a_piece_is_whole_unless_it_says_otherwise() -> None:
    assert not Piece(1, b"a\n", Rejects()).fault
