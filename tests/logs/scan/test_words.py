from __future__ import annotations

import numba
import numpy as np
import pytest

from stillwatch.logs.scan.words import backslashes_in, first_mark, load_word, stops_in, store_word


@numba.njit
def _moved(data, start, out, place):
    store_word(out, place, load_word(data, start))


def _word(text: bytes) -> np.uint64:
    return np.frombuffer(text, "<u8")[0]


def test_eight_bytes_move_from_any_place_to_any_place() -> None:
    out = np.zeros(12, np.uint8)
    _moved(np.frombuffer(b"..abcdefgh", np.uint8), 2, out, 3)
    assert out.tobytes() == b"\0\0\0abcdefgh\0"


@pytest.mark.parametrize(
    ("text", "place"), [(b'abc"def"', 3), (b"\\bcdefgh", 0), (b"abcdefg\n", 7), (b"ab\x7f\xc3\xa9f\x00h", 6)]
)
def test_the_first_stop_is_found(text: bytes, place: int) -> None:
    assert first_mark(np.uint64(stops_in(_word(text)))) == place


def test_plain_bytes_have_no_mark() -> None:
    assert (stops_in(_word(b"a !\x7f\xff[]~")), backslashes_in(_word(b'a"\n[]^_`'))) == (0, 0)
    assert first_mark(np.uint64(backslashes_in(_word(b"abcde\\\\h")))) == 5
