"""JSON's grammar over bytes, in numba: where a blank, a string, a number or a value ends, and what a string says.

Everything here is stricter than a parser or as strict, never laxer: what passes means the same to `orjson`, so that a
text which does not pass can be left to the parser. Positions are byte offsets into `data`; -1 stands for "not plain".
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final

import numba
import numpy as np
import numpy.typing as npt

from stillwatch.logs.scan.words import backslashes_in, first_mark, load_word, stops_in, store_word


class Kind(IntEnum):
    """What a value is; 0 where there is none."""

    ABSENT = 0
    NULL = 1
    TRUE = 2
    FALSE = 3
    INT = 4
    FLOAT = 5
    TEXT = 6
    """A string whose bytes stand for themselves."""
    ESCAPED = 7
    """A string with escapes."""
    OBJECT = 8
    ARRAY = 9
    MANY = 10
    """More than one element, where only one was looked for."""


SLACK: Final = 16
"""Bytes that a buffer to copy into must have beyond what is copied."""

_DEEPEST: Final = 60  # levels are bits of one integer; parsers go deeper, few logs do
_LONGEST_NUMBER: Final = 40


def _escape_table() -> npt.NDArray[np.uint8]:
    """What stands for each letter after a backslash; 0 where there is no such escape."""
    table = np.zeros(256, dtype=np.uint8)
    for letter, meaning in zip(b'"\\/bfnrt', b'"\\/\b\f\n\r\t', strict=True):
        table[letter] = meaning
    return table


def _hex_table() -> npt.NDArray[np.int32]:
    table = np.full(256, -1, dtype=np.int32)
    for digits in (b"0123456789abcdef", b"0123456789ABCDEF"):
        table[list(digits)] = range(16)
    return table


def _stop_table() -> npt.NDArray[np.bool_]:
    """The bytes at which a run of plain text within a string stops: the quote, the backslash, control characters."""
    table = np.zeros(256, dtype=np.bool_)
    table[:32] = True
    table[[34, 92]] = True
    return table


_ESCAPES: Final = _escape_table()
_HEX: Final = _hex_table()
_STOPS: Final = _stop_table()


@numba.njit(cache=True, nogil=True, boundscheck=False)
def skip_blank(data: Any, position: int, end: int) -> int:
    while position < end and (
        data[position] == 32 or data[position] == 10 or data[position] == 13 or data[position] == 9
    ):
        position += 1
    return position


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _unit_at(data: Any, position: int, end: int) -> int:
    """The UTF-16 unit of an escape, its digits beginning at `position`; -1 if they are none."""
    if position + 4 > end:
        return -1
    value = 0
    for place in range(position, position + 4):
        digit = _HEX[data[place]]
        if digit < 0:
            return -1
        value = value * 16 + digit
    return value


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _after_escape(data: Any, position: int, end: int) -> int:
    """The position after the escape that begins at `position`; -1 for none that orjson reads (half a pair)."""
    if position + 1 >= end:
        return -1
    letter = data[position + 1]
    if _ESCAPES[letter] != 0:
        return position + 2
    if letter != 117:
        return -1
    unit = _unit_at(data, position + 2, end)
    if unit < 0 or 0xDC00 <= unit < 0xE000:
        return -1
    if unit < 0xD800 or unit >= 0xE000:
        return position + 6
    if position + 8 > end or data[position + 6] != 92 or data[position + 7] != 117:
        return -1
    low = _unit_at(data, position + 8, end)
    return position + 12 if 0xDC00 <= low < 0xE000 else -1


@numba.njit(cache=True, nogil=True, boundscheck=False)
def string_end(data: Any, position: int, end: int) -> tuple[int, int]:
    """Where the string that opens at `position` has closed, and TEXT or ESCAPED; (-1, 0) if it is malformed."""
    position += 1
    kind = 6
    while True:
        marks = np.uint64(0)
        while position + 8 <= end:
            marks = stops_in(load_word(data, position))
            if marks != 0:
                position += first_mark(marks)
                break
            position += 8
        if marks == 0:
            while position < end and not _STOPS[data[position]]:
                position += 1
        if position >= end:
            return -1, 0
        if data[position] == 34:
            return position + 1, kind
        if data[position] != 92:
            return -1, 0
        kind = 7
        position = _after_escape(data, position, end)
        if position < 0:
            return -1, 0


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _digits_end(data: Any, position: int, end: int) -> int:
    while position < end and 48 <= data[position] <= 57:
        position += 1
    return position


@numba.njit(cache=True, nogil=True, boundscheck=False)
def number_end(data: Any, position: int, end: int) -> tuple[int, int]:
    """Where the number ends, and INT or FLOAT; (-1, 0) if it is malformed, minus nought, or too large to be sure."""
    start = position
    if data[position] == 45:
        position += 1
    whole = position
    position = _digits_end(data, position, end)
    if position == whole or (data[whole] == 48 and position > whole + 1):
        return -1, 0
    is_minus_nought = whole > start and data[whole] == 48
    kind = 4
    if position < end and data[position] == 46:
        fraction = position + 1
        position = _digits_end(data, fraction, end)
        if position == fraction:
            return -1, 0
        kind = 5
    if position < end and (data[position] == 101 or data[position] == 69):
        position += 1
        if position < end and (data[position] == 43 or data[position] == 45):
            position += 1
        power = position
        position = _digits_end(data, power, end)
        if position == power or position > power + 2:
            return -1, 0
        kind = 5
    if position - start > _LONGEST_NUMBER or (kind == 4 and is_minus_nought):
        return -1, 0
    return position, kind


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _word_end(data: Any, position: int, end: int) -> tuple[int, int]:
    """Where `null`, `true` or `false` ends, and which it is."""
    left = end - position
    if left >= 4 and data[position + 1] == 117 and data[position + 2] == 108 and data[position + 3] == 108:
        if data[position] == 110:
            return position + 4, 1
        return -1, 0
    if left >= 4 and data[position] == 116 and data[position + 1] == 114 and data[position + 2] == 117:
        return (position + 4, 2) if data[position + 3] == 101 else (-1, 0)
    if left >= 5 and data[position] == 102 and data[position + 1] == 97 and data[position + 2] == 108:
        return (position + 5, 3) if data[position + 3] == 115 and data[position + 4] == 101 else (-1, 0)
    return -1, 0


@numba.njit(cache=True, nogil=True, boundscheck=False)
def leaf_end(data: Any, position: int, end: int) -> tuple[int, int]:
    """Where the string, number or word at `position` ends, and its kind."""
    first = data[position]
    if first == 34:
        return string_end(data, position, end)
    if first == 45 or 48 <= first <= 57:
        return number_end(data, position, end)
    return _word_end(data, position, end)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def key_end(data: Any, position: int, end: int) -> tuple[int, int]:
    """Where the key that opens at `position` closes, and where its value begins; (-1, -1) if either is not plain."""
    if position >= end or data[position] != 34:
        return -1, -1
    close, kind = string_end(data, position, end)
    if close < 0 or kind != 6:
        return -1, -1
    colon = skip_blank(data, close, end)
    if colon >= end or data[colon] != 58:
        return -1, -1
    value = skip_blank(data, colon + 1, end)
    return (close, value) if value < end else (-1, -1)


@numba.njit(cache=True, nogil=True, boundscheck=False)
def value_end(data: Any, position: int, end: int) -> tuple[int, int]:  # one automaton
    """Where the value at `position` ends, of whatever kind, and its kind; (-1, 0) if it is malformed or deep."""
    first = data[position]
    if first not in (123, 91):
        return leaf_end(data, position, end)
    objects, depth = np.uint64(0), 0
    while True:
        opening = data[position]
        if opening in (123, 91):
            if depth == _DEEPEST:
                return -1, 0
            depth += 1
            objects = (objects << np.uint64(1)) | np.uint64(opening == 123)
            position = skip_blank(data, position + 1, end)
            if position >= end:
                return -1, 0
            if data[position] != opening + 2:
                if opening == 123:
                    _, position = key_end(data, position, end)
                    if position < 0:
                        return -1, 0
                continue
        else:
            position, _ = leaf_end(data, position, end)
            if position < 0:
                return -1, 0
            position = skip_blank(data, position, end)
        while True:  # after a value, or at the close of an empty container
            if position >= end:
                return -1, 0
            is_object = objects & np.uint64(1)
            if data[position] == (125 if is_object else 93):
                depth -= 1
                objects >>= np.uint64(1)
                position += 1
                if depth == 0:
                    return position, (8 if first == 123 else 9)
                position = skip_blank(data, position, end)
                continue
            if data[position] != 44:
                return -1, 0
            position = skip_blank(data, position + 1, end)
            if position >= end:
                return -1, 0
            if is_object:
                _, position = key_end(data, position, end)
                if position < 0:
                    return -1, 0
            break


@numba.njit(cache=True, nogil=True, boundscheck=False)
def copy_bytes(data: Any, start: int, end: int, out: Any, place: int) -> int:
    """Copy bytes as they are; the place after them. May write on past it, within the next `SLACK` bytes of `out`."""
    position, ahead = start, place - start
    while position + 8 <= end:
        store_word(out, position + ahead, load_word(data, position))
        position += 8
    while position < end:
        out[position + ahead] = data[position]
        position += 1
    return place + end - start


@numba.njit(cache=True, nogil=True, boundscheck=False)
def copy_text(data: Any, start: int, end: int, out: Any, place: int) -> int:
    """Copy what a string that passed `string_end` says, without its quotes; the place after it. Never longer.

    May write on past that place, within the next `SLACK` bytes of `out`.
    """
    position = start
    while position < end:
        while position + 8 <= end:
            word: Any = load_word(data, position)
            store_word(out, place, word)
            marks = backslashes_in(word)
            if marks != 0:
                step = first_mark(marks)
                position, place = position + step, place + step
                break
            position, place = position + 8, place + 8
        if position >= end:
            break
        byte = data[position]
        if byte != 92:
            out[place] = byte
            place += 1
            position += 1
            continue
        letter = data[position + 1]
        if letter != 117:
            out[place] = _ESCAPES[letter]
            place += 1
            position += 2
            continue
        point = _unit_at(data, position + 2, end)
        position += 6
        if 0xD800 <= point < 0xDC00:
            point = 0x10000 + ((point - 0xD800) << 10) + _unit_at(data, position + 2, end) - 0xDC00
            position += 6
        place = _put_point(point, out, place)
    return place


@numba.njit(cache=True, nogil=True, boundscheck=False)
def _put_point(point: int, out: Any, place: int) -> int:
    """Write a code point as UTF-8."""
    if point < 0x80:
        out[place] = point
        return place + 1
    if point < 0x800:
        out[place], out[place + 1] = 0xC0 | (point >> 6), 0x80 | (point & 63)
        return place + 2
    if point < 0x10000:
        out[place], out[place + 1] = 0xE0 | (point >> 12), 0x80 | ((point >> 6) & 63)
        out[place + 2] = 0x80 | (point & 63)
        return place + 3
    out[place], out[place + 1] = 0xF0 | (point >> 18), 0x80 | ((point >> 12) & 63)
    out[place + 2], out[place + 3] = 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)
    return place + 4
