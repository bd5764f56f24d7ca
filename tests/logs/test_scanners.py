"""The byte scanners against the parsers that they stand in for."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stillwatch.logs.scanners import CLOSED, END, OPENED, csv_state, json_state, scan_csv, scan_json

COMMA_AND_QUOTE = (ord(","), ord('"'), -1)
json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), json_values), st.booleans())
@settings(deadline=None)
def test_an_object_closes_where_its_text_ends(value: dict[str, Any], ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    data, state = np.frombuffer(b" " + text + b" {", np.uint8), json_state()
    assert scan_json(data, 0, state, 0) == (OPENED, 1)
    assert scan_json(data, 2, state, 0) == (CLOSED, 1 + len(text))


@given(st.binary(max_size=200), st.integers(0, 200))
@settings(deadline=None)
def test_a_scan_in_two_chunks_ends_in_the_same_state(data: bytes, cut: int) -> None:
    whole, parts = json_state(), json_state()
    scan_all(data, whole)
    scan_all(data[:cut], parts)
    scan_all(data[cut:], parts)
    assert whole.tolist() == parts.tolist()


def scan_all(data: bytes, state: Any) -> None:
    position, array = 0, np.frombuffer(data, np.uint8)
    while True:
        event, place = scan_json(array, position, state, 1)
        if event == END:
            return
        position = place + (event == OPENED)


@given(st.lists(st.lists(st.text(alphabet='ab",\n'), min_size=2, max_size=3), min_size=1, max_size=5))
@settings(deadline=None)
def test_csv_records_end_where_the_reader_ends_them(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    text = out.getvalue().encode()
    ends, position, state = [], 0, csv_state()
    while position < len(text):
        end, position = scan_csv(np.frombuffer(text, np.uint8), position, state, COMMA_AND_QUOTE, True)  # noqa: FBT003 - numba
        ends.append(end)
    records = [text[start:end].decode() for start, end in zip([0, *ends], ends, strict=False)]
    assert [next(csv.reader(io.StringIO(record, newline=""))) for record in records] == rows
