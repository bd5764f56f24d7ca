r"""What kind of file a log came in, told by its first bytes and never by its name.

>>> detect(b'{"a": 1}\n{"a": 2}\n').container
<Container.JSON_LINES: 'JSON Lines'>
>>> detect(b"id,model,prompt\n1,small,Hello\n").csv.header
('id', 'model', 'prompt')
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, NamedTuple

import numpy as np
import orjson

from stillwatch.logs.scanners import END, OPENED, json_state, scan_json


class Container(Enum):
    JSON_LINES = "JSON Lines"
    """One object a line."""
    JSON_VALUES = "JSON"
    """One document, several one after the other, or arrays of records; laid out in any way."""
    JSON_WRAPPED = "JSON with a list of records inside"
    """A document whose records stand in one array: HAR, an OTLP document, a page of an API listing."""
    CSV = "CSV"
    """Delimited text with a header."""
    PARQUET = "Parquet"
    TEXT = "text lines"


class CsvShape(NamedTuple):
    header: tuple[str, ...]
    delimiter: str
    escape: str | None
    """The character before a quote within quotes, where the writer does not double quotes."""


class Wrapper(NamedTuple):
    """The array that holds the records: its key, how deep it stands, and what to put around a record cut out of it."""

    key: str
    depth: int
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    container: Container
    wrapper: Wrapper | None = None
    csv: CsvShape | None = None


_HAR: Final = Wrapper("entries", 2, b'{"log":{"version":"1.2","entries":[', b"]}}")
_OTLP_KEYS: Final = ("resourceSpans", "resourceLogs")
_LISTING_KEYS: Final = ("data", "records", "Records", "value", "items", "rows", "results")
_IS_HAR: Final = re.compile(rb'\s*\{\s*"log"\s*:\s*\{')
_KEY: Final = re.compile(rb'"([^"\\]*)"\s*:\s*$')
_KEY_REACH: Final = 256
_LINES_TRIED: Final = 20
_DELIMITERS: Final = ",\t;|"
_DOUBLED: Final = re.compile(r'[^,;\t|\n]""|""[^,;\t|\r\n]')
_COLUMN_NAME: Final = re.compile(r"[A-Za-z_][\w .\-/:\[\]()]{0,199}")


def detect(head: bytes, *, least_columns: int = 2) -> Shape:
    """The container that these first bytes open; Parquet is told apart before, by its magic bytes.

    `least_columns` = 1 admits CSV of one column, where text lines are out of the question.
    """
    first_byte = head.lstrip()[:1]
    if first_byte in (b"{", b"["):
        return _json_shape(head, first_byte)
    if _mostly_objects(head):
        return Shape(container=Container.JSON_LINES)
    if (shape := csv_shape(head, least_columns)) is not None:
        return Shape(container=Container.CSV, csv=shape)
    return Shape(container=Container.TEXT)


def key_before(text: bytes) -> str | None:
    """The key of the JSON value that begins where this text ends."""
    found = _KEY.search(text[-_KEY_REACH:])
    return found[1].decode("utf-8", "replace") if found else None


def _json_shape(head: bytes, first_byte: bytes) -> Shape:
    wrapper = _wrapper(head) if first_byte == b"{" else None
    if wrapper is not None:
        return Shape(container=Container.JSON_WRAPPED, wrapper=wrapper)
    if _mostly_objects(head) or (first_byte == b"{" and b"\n" not in head):
        return Shape(container=Container.JSON_LINES)
    return Shape(container=Container.JSON_VALUES)


def _lines(head: bytes) -> list[bytes]:
    lines = [line for line in head.split(b"\n", _LINES_TRIED * 2) if line.strip()]
    return lines[:_LINES_TRIED]


def _mostly_objects(head: bytes) -> bool:
    # Half suffices: log rotation and crashes leave cut lines at either end.
    lines = _lines(head)
    return bool(lines) and 2 * sum(isinstance(_loaded(line), dict) for line in lines) >= len(lines)


def _loaded(line: bytes) -> Any:
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


def _wrapper(head: bytes) -> Wrapper | None:
    lines = _lines(head)
    is_several = len(lines) > 1 and isinstance(_loaded(lines[0]), dict)
    if is_several:
        return None
    if _IS_HAR.match(head):
        return _HAR
    arrays = _top_arrays(head)
    for key in _OTLP_KEYS:
        if key in arrays:
            return Wrapper(key, 1, b'{"%s":[' % key.encode(), b"]}")
    return next((Wrapper(key, 1, b"", b"") for key in _LISTING_KEYS if key in arrays and _is_listing(head)), None)


def _top_arrays(head: bytes) -> set[str]:
    data, state, position = np.frombuffer(head, np.uint8), json_state(), 0
    found = set()
    while (event := scan_json(data, position, state, 1))[0] != END:
        if event[0] == OPENED and head[event[1] : event[1] + 1] == b"[":
            found.add(key_before(head[: event[1]]) or "")
        position = event[1] + (event[0] == OPENED)
    return found


def _is_listing(head: bytes) -> bool:
    """Whether nothing but the one list is nested: a page of a listing, not a record that has such a field."""
    document = _loaded(head)
    if not isinstance(document, dict):
        return True
    nested = [value for value in document.values() if isinstance(value, (dict, list)) and value]
    return len(nested) == 1 and isinstance(nested[0], list) and all(isinstance(item, dict) for item in nested[0])


def csv_shape(head: bytes, least_columns: int) -> CsvShape | None:
    """The dialect and header, if these bytes are delimited text with a header that names every column once."""
    text = head.decode("utf-8", "surrogateescape")
    escape = "\\" if '\\"' in text and not _DOUBLED.search(text.replace('\\"', "")) else None
    for delimiter in sorted(_DELIMITERS, key=text.partition("\n")[0].count, reverse=True):
        rows = _first_rows(text, delimiter, escape)
        if rows and least_columns <= len(rows[0]) and _is_header(rows[0]) and _fits(rows):
            return CsvShape(tuple(name.strip() for name in rows[0]), delimiter, escape)
    return None


def _first_rows(text: str, delimiter: str, escape: str | None) -> list[list[str]]:
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, escapechar=escape, doublequote=escape is None
    )
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.extend([row] if row else [])
            if len(rows) == 3:
                break
    except csv.Error:
        pass
    return rows


def _is_header(row: list[str]) -> bool:
    names = [name.strip() for name in row]
    return len(set(names)) == len(names) and all(_COLUMN_NAME.fullmatch(name) for name in names)


def _fits(rows: list[list[str]]) -> bool:
    # The last of three may be cut by the end of the head, and one bad row does not unmake the file.
    return len(rows) == 1 or any(len(row) == len(rows[0]) for row in rows[1:])
