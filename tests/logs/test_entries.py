"""Records of a block, one by one, and the reasons of those that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from log_factory import blocks_of

from stillwatch.logs.entries import entries
from stillwatch.logs.limits import Limits
from stillwatch.logs.rejects import RejectLog

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, content: bytes, most: int = 1 << 20) -> tuple[list[tuple[int, Any]], dict[str, int]]:
    log = RejectLog()
    limits = Limits(max_record_bytes=most)
    found = [
        (number, record) for block in blocks_of(folder, content) for number, _, _, record in entries(block, limits, log)
    ]
    return found, dict(log.rejects().counts)


GOOD = b'{"a": 1}\n{"a": 2}\n'
FOUND = [(1, {"a": 1}), (2, {"a": 2})]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"a": ', "not JSON"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"12", "not an object"),
        (b'"text"', "not an object"),
        (b"[1]", "not an object"),
        (b'{"a": NaN', "not JSON"),
        (b'{"a": "' + b"x" * 1_100_000 + b'"}', "record too large"),
        (b'{"a": ' + b"9" * 5000 + b"NaN}", "not JSON"),
    ],
)
def test_a_bad_line_is_one_reject_with_its_reason(tmp_path: Path, line: bytes, reason: str) -> None:
    assert read(tmp_path, GOOD + line + b"\n") == (FOUND, {reason: 1})


@pytest.mark.parametrize(
    ("line", "record"),
    [
        (b'{"a": NaN, "b": -Infinity}', {"a": None, "b": None}),
        (b'{"a": "cut \\ud83d"}', {"a": "cut \ud83d"}),
        (b'{"a": 123456789012345678901234567890}', {"a": 1.2345678901234568e29}),
        (b'{"a": "\\u0000"}', {"a": "\0"}),
        (b'  {"a": 3}  \r', {"a": 3}),
    ],
)
def test_what_python_and_javascript_writers_leave_is_read(tmp_path: Path, line: bytes, record: Any) -> None:
    assert read(tmp_path, GOOD + line + b"\n") == ([*FOUND, (3, record)], {})


def test_a_line_may_hold_an_array_of_records(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD + b'[{"a": 3}, {"a": 4}]\n') == ([*FOUND, (3, {"a": 3}), (3, {"a": 4})], {})


def test_blank_lines_are_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, b'\n{"a": 1}\r\n  \r\n{"a": 2}') == ([(2, {"a": 1}), (4, {"a": 2})], {})


def test_csv_records_keep_their_lines_and_rejects_their_reasons(tmp_path: Path) -> None:
    content = b'id,text\r\n1,"two\r\nlines"\r\n2\r\n\r\n3,\xff\r\n4,\\N\r\n5,' + b"x" * 200_000 + b"\r\n"
    found, reasons = read(tmp_path, content)
    assert found == [
        (2, {"id": "1", "text": "two\r\nlines"}),
        (7, {"id": "4", "text": None}),
        (8, {"id": "5", "text": "x" * 200_000}),
    ]
    assert reasons == {"wrong number of columns": 1, "not UTF-8": 1}


def test_text_lines_are_records_of_one_field(tmp_path: Path) -> None:
    found, reasons = read(tmp_path, b"INFO [a] started, yes: really\r\nINFO [b] x \xff\n")
    assert ([record for _, record in found], reasons) == (
        [{"_line": "INFO [a] started, yes: really"}, {"_line": "INFO [b] x \ufffd"}],
        {},
    )
