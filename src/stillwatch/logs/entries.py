"""The records of a block, parsed: from JSON, CSV, Parquet or text lines, each with its number.

What cannot be parsed goes to the rejects. JSON that only Python's parser accepts (NaN, halves of surrogate pairs, as
Python and JavaScript writers leave them) is read too, more slowly: else a caller could hide a request from the log.
"""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any, Final

import orjson

from stillwatch.logs.containers import Container, CsvShape
from stillwatch.logs.format import Record
from stillwatch.logs.list_cutter import NOT_AN_OBJECT
from stillwatch.logs.parquet_rows import parquet_batches, plain_rows
from stillwatch.logs.pieces import TOO_LARGE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stillwatch.logs.file_blocks import Block
    from stillwatch.logs.limits import Limits
    from stillwatch.logs.rejects import RejectLog

NOT_JSON: Final = "not JSON"
NOT_UTF8: Final = "not UTF-8"
TEXT_FIELD: Final = "_line"
"""A text line is a record with this one field."""

_TOO_DEEP: Final = "nested too deeply"
_COLUMN_COUNT: Final = "wrong number of columns"
_LOOSE: Final = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]")
_NULLS: Final = frozenset(("", "\\N"))

Entry = tuple[int, int, Any, Record]
"""Number, size in bytes, what to show of it if it is rejected, and the record. A plain tuple: there is one a record."""


def is_json(block: Block) -> bool:
    """Whether the block's data is lines of JSON."""
    return block.row_groups is None and block.csv is None and block.container is not Container.TEXT


def entries(block: Block, limits: Limits, log: RejectLog) -> Iterator[Entry]:
    """Every record of the block that parses; the others are added to `log`. `log.total` + entries = records."""
    if block.row_groups is not None:
        return _parquet_entries(block, limits, log)
    if block.csv is not None:
        return _csv_entries(block, block.csv, limits, log)
    if block.container is Container.TEXT:
        return _text_entries(block, limits, log)
    lines = enumerate(block.data.split(b"\n"), block.first_line)
    return json_entries(lines, block, limits, log)


def json_entries(lines: Iterable[tuple[int, bytes]], block: Block, limits: Limits, log: RejectLog) -> Iterator[Entry]:
    """As `entries`, for some lines of a block, each with its number in the file."""
    loads, most = orjson.loads, limits.max_record_bytes
    for number, line in lines:
        size = len(line)
        try:
            record = loads(line) if size <= most else None
        except orjson.JSONDecodeError as error:
            if not line or line.isspace():
                continue
            record, reason = _loose_record(line, error)
        else:
            reason = NOT_AN_OBJECT if size <= most else TOO_LARGE
        if type(record) is dict:
            yield number, size, line, record
        elif isinstance(record, list):
            yield from _listed_entries(record, (number, line), block, log)
        else:
            log.add(reason, path=str(block.path), line=number, record=line)


def _listed_entries(records: list[Any], where: tuple[int, bytes], block: Block, log: RejectLog) -> Iterator[Entry]:
    # One line may hold an array of records, as posted in batches by LiteLLM's generic callback.
    number, line = where
    for record in records:
        if isinstance(record, dict):
            yield number, len(line) // len(records), line, record
        else:
            log.add(NOT_AN_OBJECT, path=str(block.path), line=number, record=line)


def _loose_record(line: bytes, error: orjson.JSONDecodeError) -> tuple[Any, str]:
    """The record as Python's parser reads it if that may help, else None and the reason."""
    if error.msg.startswith("depth limit"):
        return None, _TOO_DEEP
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return None, NOT_UTF8
    if not _LOOSE.search(line):
        return None, NOT_JSON
    try:
        return json.loads(text, parse_constant=lambda _: None), NOT_AN_OBJECT
    except RecursionError:
        return None, _TOO_DEEP
    except ValueError:
        return None, NOT_JSON


def _csv_entries(block: Block, shape: CsvShape, limits: Limits, log: RejectLog) -> Iterator[Entry]:
    number = block.first_line
    for number, row in _csv_rows(block, shape, limits, log):
        size = sum(map(len, row))
        if len(row) != len(shape.header):
            log.add(_COLUMN_COUNT, path=str(block.path), line=number, record=shape.delimiter.join(row))
        elif size > limits.max_record_bytes:
            log.add(TOO_LARGE, path=str(block.path), line=number, record=shape.delimiter.join(row))
        elif not _is_unicode(row):
            log.add(NOT_UTF8, path=str(block.path), line=number, record=shape.delimiter.join(row))
        else:
            values = (None if value in _NULLS else value for value in row)
            yield number, size, row, dict(zip(shape.header, values, strict=True))


def _csv_rows(block: Block, shape: CsvShape, limits: Limits, log: RejectLog) -> Iterator[tuple[int, list[str]]]:
    # The reader's limit on a field is a setting of the process, 128 KiB at first: a prompt may be longer.
    csv.field_size_limit(max(csv.field_size_limit(), limits.max_record_bytes, len(block.data)))
    text = block.data.decode("utf-8", "surrogateescape")
    escape = shape.escape
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=shape.delimiter, escapechar=escape, doublequote=escape is None
    )
    while True:
        number = block.first_line + reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            log.add(f"not CSV: {error}", path=str(block.path), line=number, record="")
            continue
        if row:
            yield number, row


def _is_unicode(row: Sequence[str]) -> bool:
    text = "".join(row)
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text_entries(block: Block, limits: Limits, log: RejectLog) -> Iterator[Entry]:
    for number, line in enumerate(block.data.split(b"\n"), block.first_line):
        if not line or line.isspace():
            continue
        if len(line) > limits.max_record_bytes:
            log.add(TOO_LARGE, path=str(block.path), line=number, record=line)
            continue
        yield number, len(line), line, {TEXT_FIELD: line.decode("utf-8", "replace").rstrip("\r")}


def _parquet_entries(block: Block, limits: Limits, log: RejectLog) -> Iterator[Entry]:
    number = block.first_line
    for batch in parquet_batches(block, limits, log):
        size = batch.nbytes // max(batch.num_rows, 1)
        for offset, record in plain_rows(batch):
            if record is None:
                log.add(NOT_UTF8, path=str(block.path), line=number + offset, record="")
            else:
                yield number + offset, size, record, record
        number += batch.num_rows
