"""The columns that a format's records have, read out of a block: from JSON, CSV, Parquet, or a table of text.

JSON is parsed line by line, since Arrow's own reader ends the process on some broken lines and refuses a whole
block for others: here a bad line costs itself alone. From then on there are columns.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.csv as pa_csv

from stillwatch.logs.entries import entries, is_json
from stillwatch.logs.flow_values import json_type
from stillwatch.logs.limits import Limits
from stillwatch.logs.parquet_rows import column_names, parquet_batches

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.logs.file_blocks import Block
    from stillwatch.logs.flow_format import Field, FlowFormat
    from stillwatch.logs.format import Record
    from stillwatch.logs.rejects import RejectLog

WRONG_COLUMNS: Final = "wrong number of columns"
_NO_HEADER: Final = "before any line that names the columns"
_COMMENT: Final = re.compile(rb"^#.*\n?", re.MULTILINE)
_NULLS: Final = ["-", "(empty)", "", "\\N"]
_WHOLE: Final = 1 << 30
"""Arrow's reader takes a block in one piece: a row may be as long as our own cutter allows."""
_MOST: Final = 2**63 - 1


class FlowTables:
    """Reads the blocks of one file in order: text tables name their columns once, for all blocks that follow."""

    def __init__(self, declared: FlowFormat) -> None:
        self._declared = declared
        self._fields = {field.path: field for fields in declared.fields.values() for field in fields}
        self._schema = declared.raw or _schema(list(self._fields.values()))
        self._names: tuple[str, ...] = ()

    def tables(self, block: Block, log: RejectLog) -> Iterator[pa.Table]:
        """The records of a block, one column for each path of the format; what a file lacks is null."""
        if block.row_groups is not None:
            yield from self._parquet(block, log)
        elif is_json(block):
            yield self._json(block, log)
        elif block.csv is not None:
            yield self._delimited(block.data, block.csv.header, block.csv.delimiter, block, log)
        else:
            for names, lines in self.sections(block.data):
                data = _COMMENT.sub(b"", lines) if b"#" in lines else lines
                if names:
                    yield self._delimited(data, names, self._declared.delimiter, block, log)
                elif data.strip():
                    log.add(
                        _NO_HEADER, path=str(block.path), line=block.first_line, record=data, count=data.count(b"\n")
                    )

    def pass_over(self, block: Block) -> None:
        """Take from a block that need not be read what the next ones need: the names of its columns."""
        if not is_json(block) and block.row_groups is None and block.csv is None:
            for _ in self.sections(block.data):
                pass

    def sections(self, data: bytes) -> Iterator[tuple[tuple[str, ...], bytes]]:
        """Lines of a text table under the names that hold for them; a file that was put together names them again."""
        start = 0
        for line in _header_lines(data):
            names = self._declared.text_names(line.group(0)) if self._declared.text_names else None
            if names is None or (self._names and _is_data(line.group(0))):
                continue  # a line of data says what the columns are only where nothing better has
            if start < line.start():
                yield self._names, data[start : line.start()]
            self._names, start = names, line.start() if _is_data(line.group(0)) else line.end()
        if start < len(data):
            yield self._names, data[start:]

    def _json(self, block: Block, log: RejectLog) -> pa.Table:
        records = [record for *_, record in entries(block, Limits(), log)]
        if self._declared.unfold is not None:
            return self._declared.unfold(
                pa.Table.from_pylist([_as_declared(one, self._schema) for one in records], self._schema)
            )
        columns = {path: _values(records, path.split("/")) for path in self._fields}
        return pa.table({path: _column(values, json_type(self._fields[path].kind)) for path, values in columns.items()})

    def _flat(self, table: pa.Table) -> pa.Table:
        return pa.table({path: _at(table, path.split("/")) for path in self._fields})

    def _parquet(self, block: Block, log: RejectLog) -> Iterator[pa.Table]:
        there = set(column_names(block))
        wanted = {path.split("/")[0] for path in self._fields}
        for batch in parquet_batches(block, Limits(), log, sorted(wanted & there)):
            table = pa.Table.from_batches([batch])
            missing = {name: pa.nulls(table.num_rows, self._schema.field(name).type) for name in wanted - there}
            for name, nulls in missing.items():
                table = table.append_column(name, nulls)
            yield self._flat(table)

    def _delimited(self, data: bytes, names: Sequence[str], delimiter: str, block: Block, log: RejectLog) -> pa.Table:
        """Delimited text; rows of another number of columns are counted."""
        if not data.strip():
            return _none(self._fields)
        bad: list[Any] = []

        def set_aside(row: Any) -> str:
            bad.append(row)
            return "skip"

        has_quotes = block.csv is not None
        table = pa_csv.read_csv(
            io.BytesIO(data.decode("utf-8", "replace").encode()),
            read_options=pa_csv.ReadOptions(
                column_names=list(names), use_threads=False, block_size=min(_WHOLE, len(data) + 1024)
            ),
            parse_options=pa_csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if has_quotes else False,
                invalid_row_handler=set_aside,
            ),
            convert_options=pa_csv.ConvertOptions(
                include_columns=list(self._fields),
                include_missing_columns=True,
                column_types=dict.fromkeys(self._fields, pa.string()),
                null_values=_NULLS,
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
        for row in bad:
            line = block.first_line + (row.number or 1) - 1
            log.add(WRONG_COLUMNS, path=str(block.path), line=line, record=row.text or "")
        return table


def _header_lines(data: bytes) -> Iterator[re.Match[bytes]]:
    """Lines that may name columns: the first, comments, and those that begin with a letter."""
    return re.finditer(rb"\A[^\n]*\n?|^[#a-zA-Z][^\n]*\n?", data, re.MULTILINE)


def _is_data(line: bytes) -> bool:
    return line[:1].isdigit()


def _schema(fields: Sequence[Field]) -> pa.Schema:
    tree: dict[str, Any] = {}
    for field in fields:
        *parents, last = field.path.split("/")
        node = tree
        for name in parents:
            node = node.setdefault(name, {})
        node[last] = json_type(field.kind)
    return pa.schema([pa.field(name, _type(node)) for name, node in tree.items()])


def _type(node: Any) -> pa.DataType:
    return pa.struct([pa.field(name, _type(one)) for name, one in node.items()]) if isinstance(node, dict) else node


def _values(records: list[Record], path: Sequence[str]) -> list[Any]:
    """What each record holds there."""
    first, *rest = path
    values = [record.get(first) for record in records]
    for name in rest:
        values = [value.get(name) if type(value) is dict else None for value in values]
    return values


def _column(values: list[Any], declared: pa.DataType) -> pa.Array:
    """A column of what is mostly of one type already; where it is not, each value is looked at."""
    try:
        return pa.array(values, declared)
    except (pa.ArrowException, OverflowError, UnicodeEncodeError, TypeError):
        return pa.array([_scalar(value, declared) for value in values], declared)


def _at(table: pa.Table, path: Sequence[str]) -> pa.ChunkedArray:
    column = table.column(path[0])
    for name in path[1:]:
        column = pa.compute.struct_field(column, name)
    return column


def _none(fields: Any) -> pa.Table:
    return pa.table({path: pa.array([], pa.string()) for path in fields})


def _as_declared(value: Any, declared: pa.Schema | pa.DataType) -> Any:
    """A record's value as the schema has it, whatever it was written as; null where it cannot be."""
    if isinstance(declared, pa.Schema) or pa.types.is_struct(declared):
        names = [
            declared.field(at)
            for at in range(len(declared.names) if isinstance(declared, pa.Schema) else declared.num_fields)
        ]
        if not isinstance(value, dict):
            return None
        return {one.name: _as_declared(value.get(one.name), one.type) for one in names}
    if pa.types.is_list(declared):
        return [_as_declared(one, declared.value_type) for one in value] if isinstance(value, list) else None
    return _scalar(value, declared)


def _scalar(value: Any, declared: pa.DataType) -> Any:
    if value is None or isinstance(value, (dict, list, bool)):
        return None
    if pa.types.is_string(declared):
        return str(value).encode("utf-8", "replace").decode()
    try:
        number = float(value)
        if not pa.types.is_integer(declared):
            return number
        whole = int(number if isinstance(value, float) else value)
    except (ValueError, OverflowError):
        return None
    return whole if abs(whole) <= _MOST else None
