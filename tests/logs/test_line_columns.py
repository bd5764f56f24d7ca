"""The fast path for lines gives exactly what the row path gives: plain lines, odd ones, and what is no JSON at all."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payload_records import dumps, records

from stillwatch.logs.choice import Choice
from stillwatch.logs.containers import Container
from stillwatch.logs.file_blocks import Block
from stillwatch.logs.formats import litellm_payload
from stillwatch.logs.limits import Limits
from stillwatch.logs.line_columns import is_utf8, line_batches, line_spans, numbered_lines
from stillwatch.logs.parse import Parsed, parse_with
from stillwatch.logs.shelf import formats

FORMAT = litellm_payload.FORMAT
SLOW = dataclasses.replace(FORMAT, lines=None)
PAYLOADS = [record for case in FORMAT.cases for record in case.records]


def block_of(data: bytes) -> Block:
    return Block(path=Path("log"), container=Container.JSON_LINES, index=0, first_line=7, digest="", data=data)


def whole(parsed: Parsed) -> Any:
    table = pa.Table.from_batches(parsed.batches).to_pylist() if parsed.batches else []
    return table, parsed.rejects, {k: v for k, v in parsed.exchanges.items() if v}, parsed.records, parsed.empty


def read_both_ways(data: bytes) -> tuple[Any, Any]:
    limits = Limits(max_record_bytes=1 << 16, least_scanned=0)
    rest = tuple(declared for declared in formats() if declared.name != FORMAT.name)
    fast, slow = (
        parse_with(block_of(data), Choice(first=(declared,), then=rest), limits) for declared in (FORMAT, SLOW)
    )
    return whole(fast), whole(slow)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(records(), max_size=4), st.sampled_from([b"\n", b"\r\n", b" \n\n"]))
def test_lines_equal_the_row_path(found: list[dict[str, Any]], end: bytes) -> None:
    fast, slow = read_both_ways(b"".join(dumps(record) + end for record in found))
    assert fast == slow


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(records(), st.integers(0, 10**6), st.binary(max_size=3), st.integers(0, 4))
def test_broken_lines_equal_the_row_path(record: dict[str, Any], place: int, put: bytes, cut: int) -> None:
    line = dumps(record)
    place %= len(line)
    fast, slow = read_both_ways(dumps(PAYLOADS[0]) + b"\n" + line[:place] + put + line[place + cut :] + b"\n")
    assert fast == slow


ODD_VALUES = [
    b'"\\ud83d\\ude00 \\u00e9 \\u0041"',
    b'"\\ud83d"',
    b'"\\udc00\\ud800"',
    b"NaN",
    b"-0",
    b"01",
    b"1e400",
    b"1.5E+3",
    b"1" * 50,
    b"{ }",
    b"[ ]",
    b'{"role":"user","role":"system","content":"x"}',
    b'[{"role":"user","content":"a","content":"b"}]',
    b'[{"r\\u006fle":"user","content":"a"}]',
    b'[{"role":"user","content":"a"},]',
    b"[" * 200 + b"]" * 200,
    b"[" * 2000 + b"]" * 2000,
    b'"tab\there"',
    b'"bad \\x escape"',
    b"tru",
    b"nulls",
    b'"\xff"',
    b'{"choices":[{"message":{"content":"a"}}],"choices":[]}',
    b'{"choices":[{"message":{"content":"a"}},{"message":{"content":"b"}}]}',
]


@pytest.mark.parametrize("value", ODD_VALUES)
@pytest.mark.parametrize("name", ["messages", "response", "metadata", "error_information", "startTime", "trace_id"])
def test_odd_values_equal_the_row_path(name: str, value: bytes) -> None:
    plain = {field: found for field, found in PAYLOADS[0].items() if field != name}
    line = dumps(plain)[:-1] + b',"' + name.encode() + b'":' + value + b"}\n"
    fast, slow = read_both_ways(dumps(PAYLOADS[1]) + b"\n" + line + b"\n" + dumps(PAYLOADS[0]))
    assert fast == slow


def test_the_cases_of_the_format_are_plain_but_for_their_unknown_field() -> None:
    plain = {name: value for name, value in PAYLOADS[0].items() if name in litellm_payload.KNOWN}
    data = dumps(plain) + b"\n\n" + dumps(PAYLOADS[0]) + b"\n"
    (lines,) = line_batches(data, litellm_payload.LINES, Limits())
    assert (lines.numbers.tolist(), lines.others.tolist()) == ([0], [1, 2])
    assert lines.batch.column("startTime").to_pylist() == [1772355600.25]
    assert orjson.loads(lines.batch.column("messages")[0].as_py()) == plain["messages"]
    assert [line for _, line in numbered_lines(data, lines.others, 1)] == [b"", dumps(PAYLOADS[0])]


def test_spans_of_lines_and_their_encoding() -> None:
    spans = line_spans(b"a\n\nbc")
    assert (spans.starts.tolist(), spans.ends.tolist()) == ([0, 2, 3], [1, 2, 5])
    assert (is_utf8("é".encode()), is_utf8(b"\xff"), is_utf8(b"")) == (True, False, True)
