"""Byte scanners that find where records end, without parsing them; compiled, since they see every byte of a file.

`scan_json` follows brackets and strings; `scan_csv` follows the quotes exactly as Python's `csv` reader does. Both keep
their state in a small array, so that a file is scanned in chunks of any size.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from numba import njit

Bytes = npt.NDArray[np.uint8]
"""A chunk of a file; make one with `np.frombuffer(chunk, np.uint8)`."""

State = npt.NDArray[np.int64]
"""Where a scan stands; make one with `json_state` or `csv_state`."""

END: Final = 0
OPENED: Final = 1
CLOSED: Final = 2
LEFT: Final = 3
ENDED: Final = 4

DEPTH: Final = 0
_IN_STRING: Final = 1
_ESCAPED: Final = 2
_IN_STRAY: Final = 3
STRAYS: Final = 4

CSV_STATE: Final = 0
FIELD_START: Final = 0
_UNQUOTED: Final = 1
QUOTED: Final = 2
_AFTER_QUOTE: Final = 3
_CSV_ESCAPED: Final = 4
_CSV_BEFORE_ESCAPE: Final = 1


def json_state() -> State:
    """Depth, within a string, after a backslash, within a stray value, count of stray values."""
    return np.zeros(5, np.int64)


def csv_state() -> State:
    """Place within the field, place before an escape."""
    return np.zeros(2, np.int64)


@njit(cache=True)
def scan_json(data: Bytes, start: int, state: State, wanted: int) -> tuple[int, int]:  # noqa: C901, PLR0912 - one loop
    """Scan from `start` to the next event at the depth `wanted`; gives the event and where it is.

    OPENED: a value begins at this position. CLOSED: it ended before this position. LEFT: the depth fell below `wanted`
    before this position. END: nothing more in this chunk. Values other than objects and arrays are counted as strays.
    """
    depth = state[0]
    in_string = state[1]
    escaped = state[2]
    position = start
    while position < data.size:
        byte = data[position]
        if in_string:
            if escaped:
                escaped = 0
            elif byte == 92:
                escaped = 1
            elif byte == 34:
                in_string = 0
            position += 1
            continue
        if byte in (123, 91):
            depth += 1
            if depth == wanted + 1:
                state[0], state[1], state[2], state[3] = depth, in_string, escaped, 0
                return 1, position
        elif byte in (125, 93) and depth > 0:
            depth -= 1
            if depth == wanted or depth == wanted - 1:
                state[0], state[1], state[2], state[3] = depth, in_string, escaped, 0
                return (2 if depth == wanted else 3), position + 1
        else:
            if byte == 34:
                in_string = 1
            if depth == wanted:
                if byte in (44, 10):
                    state[3] = 0
                elif byte not in (32, 9, 13) and state[3] == 0:
                    state[3] = 1
                    state[4] += 1
        position += 1
    state[0], state[1], state[2] = depth, in_string, escaped
    return 0, position


@njit(cache=True)
def scan_csv(data: Bytes, start: int, state: State, marks: tuple[int, int, int], first_only: bool) -> tuple[int, int]:
    """Scan a chunk from `start`; gives the end of its last whole record (or -1), or of its first, and the position.

    `marks` are delimiter, quote and escape as bytes; an escape of -1 never occurs.
    """
    delimiter, quote, escape = marks
    place = state[0]
    before = state[1]
    last_end = -1
    position = start
    while position < data.size:
        byte = data[position]
        if place == 4:
            place = before
        elif byte == escape:
            before = 1 if place == 0 else place
            place = 4
        elif place == 2:
            if byte == quote:
                place = 3
        elif byte == 10:
            place = 0
            last_end = position + 1
            if first_only:
                state[0], state[1] = place, before
                return last_end, position + 1
        elif byte == delimiter:
            place = 0
        elif byte == quote and place in (0, 3):
            place = 2
        else:
            place = 1
        position += 1
    state[0], state[1] = place, before
    return last_end, position
