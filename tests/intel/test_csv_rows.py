"""Rows of published tables."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from stillwatch.core.errors import InputError
from stillwatch.intel.csv_rows import read_rows
from stillwatch.intel.read_limits import ReadLimits


def rows(data: bytes, limits: ReadLimits = ReadLimits()):  # noqa: B008  # frozen
    passed = Counter[str]()
    return list(read_rows(data, limits, passed)), dict(passed)


@pytest.mark.parametrize("parts", [b",", b";", b"\t"])
def test_any_of_three_signs_may_part_the_columns(parts):
    data = parts.join((b"ioc_type", b"IOC")) + b"\r\n" + parts.join((b"ip", b"192.0.2.7")) + b"\r\n\r\n"
    assert rows(data) == ([(2, {"type": "ip", "value": "192.0.2.7"})], {})


def test_the_mark_of_a_spreadsheet_and_its_apostrophes_are_taken_away():
    assert rows(b"\xef\xbb\xbfvalue\n'=1+1\n'plain\n")[0] == [(2, {"value": "=1+1"}), (3, {"value": "'plain"})]


def test_columns_that_are_not_read_are_counted():
    assert rows(b"value,notes,value 2\na,b,c\n") == ([(2, {"value": "a"})], {"column notes": 1, "column value 2": 1})


def test_a_short_row_has_what_it_has():
    assert rows(b"type,value,actor\nip,192.0.2.7\n")[0] == [(2, {"type": "ip", "value": "192.0.2.7"})]


@pytest.mark.parametrize("data", [b"", b"type,notes\na,b\n", b"\xff\xfe", b"value\n" + b"x" * 200_000])
def test_what_is_no_table_is_refused(data):
    with pytest.raises(InputError):
        rows(data)


def test_too_much_is_refused():
    with pytest.raises(InputError, match="more than 1"):
        rows(b"value\na\nb\n", ReadLimits(objects=1))
    with pytest.raises(InputError, match="bytes"):
        rows(b"value\na\nb\n", ReadLimits(size_bytes=3))


def test_a_long_field_is_refused_whatever_others_let_the_reader_take():
    before = csv.field_size_limit(1 << 30)
    try:
        with pytest.raises(InputError, match="131,072 characters"):
            rows(b"value\n" + b"x" * 200_000)
    finally:
        csv.field_size_limit(before)
