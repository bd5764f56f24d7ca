from __future__ import annotations

import numpy as np
import pytest

from stillwatch.evaluation.distil.spelling import read_spelled, spelled


@pytest.mark.parametrize("symbols", [2, 120, 121, 720, 5_000])
def test_what_is_spelled_is_read_again(symbols):
    rows = np.random.default_rng(1).integers(symbols, size=(5, 30))
    for row, text in zip(rows, spelled(rows, symbols=symbols), strict=True):
        (read,) = read_spelled(text, symbols=symbols)
        assert read.tolist() == row.tolist()


def test_letters_that_are_no_symbol_end_a_stretch():
    pieces = [piece.tolist() for piece in read_spelled("abebabbezybe", symbols=64)]
    assert pieces == [[1, 0], [1], [1]]
    assert list(read_spelled("", symbols=64)) == []
