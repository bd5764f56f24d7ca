"""Telling a container by its first bytes."""

from __future__ import annotations

import json

import pytest

from stillwatch.logs.containers import Container, CsvShape, detect

RECORD = {"id": "1", "messages": [{"role": "user", "content": "Hi"}], "data": {"a": 1}}
HAR = {"log": {"version": "1.2", "creator": {}, "pages": [{}], "entries": [{"time": 1}]}}


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(b"", Container.TEXT, id="nothing"),
        pytest.param(b'{"a": 1}', Container.JSON_LINES, id="one line without a break"),
        pytest.param(b'\r\n{"a": 1}\r\n{"a": 2}\r\n', Container.JSON_LINES, id="CRLF and a blank line"),
        pytest.param(b'{"a": "cut of\n{"a": 1}\n{"a": 2}\n', Container.JSON_LINES, id="first line cut by rotation"),
        pytest.param(b'ail": 1}\n{"a": 1}\n{"a": 2}\n', Container.JSON_LINES, id="starts within a record"),
        pytest.param(b'{"a": "' + b"x" * 100_000, Container.JSON_LINES, id="a line longer than the head"),
        pytest.param(b'[{"a": 1}]', Container.JSON_VALUES, id="array"),
        pytest.param(b'[\n{"a": 1},\n{"a": 2}\n]\n', Container.JSON_VALUES, id="array, one record a line"),
        pytest.param(json.dumps(RECORD, indent=2).encode(), Container.JSON_VALUES, id="one document"),
        pytest.param(json.dumps(RECORD).encode(), Container.JSON_LINES, id="one document on one line"),
        pytest.param(json.dumps(HAR).encode(), Container.JSON_WRAPPED, id="HAR on one line"),
        pytest.param(json.dumps(HAR, indent=1).encode(), Container.JSON_WRAPPED, id="HAR"),
        pytest.param(b'{"object": "list", "data": [{"a": 1}]}', Container.JSON_WRAPPED, id="page of a listing"),
        pytest.param(b'{"id": "1", "choices": [{}], "data": [{}]}', Container.JSON_LINES, id="record with a list"),
        pytest.param(b'{"resourceSpans": [{}]}\n{"resourceSpans": [{}]}\n', Container.JSON_LINES, id="OTLP lines"),
        pytest.param(b'{\n "resourceSpans": [\n {}]}\n', Container.JSON_WRAPPED, id="OTLP document"),
        pytest.param(b"id,model\n1,small\n", Container.CSV, id="CSV"),
        pytest.param(
            b"INFO 09-01 [a.py:4] Received request 1: params: P(a=1, b=2)\nINFO x\n", Container.TEXT, id="text"
        ),
        pytest.param(b"Hello, world, this is\nprose, not a table, at all, really\n", Container.TEXT, id="prose"),
    ],
)
def test_detect(head: bytes, expected: Container) -> None:
    assert detect(head).container is expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"id,model\n1,a\n", CsvShape(("id", "model"), ",", None)),
        (b"id;model\n1;a,b\n", CsvShape(("id", "model"), ";", None)),
        (b"id\tmodel\n1\ta\n", CsvShape(("id", "model"), "\t", None)),
        (b'"id","user.name"\n"1","a ""b"""\n', CsvShape(("id", "user.name"), ",", None)),
        (b'id,text\n1,"say \\"hi\\""\n', CsvShape(("id", "text"), ",", "\\")),
        (b"id,model", CsvShape(("id", "model"), ",", None)),
    ],
)
def test_csv_dialects(head: bytes, expected: CsvShape) -> None:
    assert detect(head).csv == expected


def test_one_column_is_csv_only_where_asked() -> None:
    assert detect(b"account_id\na\nb\n").container is Container.TEXT
    assert detect(b"account_id\na\nb\n", least_columns=1).csv == CsvShape(("account_id",), ",", None)
