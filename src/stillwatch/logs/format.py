"""What a log format is: the interface that every file of `logs/formats` fills in.

A format file holds one `FORMAT = Format(...)`. The shelf walker finds it by itself, so nothing else is edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from stillwatch.core.exchange import EXCHANGE_FIELDS

if TYPE_CHECKING:
    import pyarrow as pa

    from stillwatch.logs.line_columns import LineShape

Record = Mapping[str, Any]
"""One parsed record of a log (a JSON object, a CSV row, a Parquet row). Ask it with `.get`; trust no type."""

Wanted = AbstractSet[str]
"""Fields of an exchange that somebody will look at. Ask it with `in`: a reader may leave any other field missing."""

EVERY_FIELD: Final[Wanted] = frozenset(field.name for field in EXCHANGE_FIELDS)

Row = dict[str, Any]
"""Values of `core.exchange.EXCHANGE_FIELDS` by name; a name left out is missing. Types are already right."""


class ReadColumns(Protocol):
    """How a format reads a whole batch."""

    def __call__(self, batch: pa.RecordBatch, wanted: Wanted = EVERY_FIELD) -> pa.RecordBatch | None: ...


class Part(NamedTuple):
    """A piece of an exchange that another record completes: the joiner merges parts of one `kind` and `key`.

    Parts merge in order of `sequence`, the first value that is not missing wins, and a part whose `needs_more` is
    true is an exchange only together with another (an Azure message without its gateway row still is one).
    `text_pieces` are concatenated by sequence before `finish` of the format parses them.
    """

    kind: str
    key: str
    sequence: int
    row: Row
    text_pieces: dict[str, str]
    needs_more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A record, and what it must become: feeds the tests, the docs and the demo."""

    name: str
    records: tuple[Record, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    name: str
    """Equals the file name; what `--format` takes."""
    title: str
    matches: Callable[[Record], bool]
    """Whether the record carries this format's decisive marker. Two formats that match one record = ask, never
    guess."""
    read: Callable[[Record], Iterator[Row | Part]]
    """Turn one record into exchanges (or parts of them). Raises `ValueError` with a short reason on a bad record."""
    finish: Callable[[Row, dict[str, str]], Row] | None = None
    """Complete a joined row from its concatenated text pieces."""
    read_columns: ReadColumns | None = None
    """Fast path: a batch in the format's columns to one in the canonical columns, or None to decline. What it gives
    in the wanted fields equals what `read` gives, row by row."""
    columns_read: frozenset[str] | None = None
    """Columns of a Parquet file that `read_columns` looks at where `extra` is not wanted; None = all."""
    lines: LineShape | None = None
    """How JSON Lines of the format become a batch for `read_columns`; None leaves lines to `read`."""
    has_decisive_names: bool = False
    """Whether a table whose column names alone, without any value, pass `matches` holds this format in every row."""
    cases: tuple[Case, ...]
    account_hint: str = ""
    """How to get an account id out of this format when it has none by itself; shown to the operator."""
