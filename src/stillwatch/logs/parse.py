"""Parse a block of a log into exchanges; runs in a worker process, on one block at a time.

One bad record is one reject, never a crash. A record in which a format fails half-way keeps what was read before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from stillwatch.logs.choice import Choice
from stillwatch.logs.entries import entries, is_json, json_entries
from stillwatch.logs.format import EVERY_FIELD
from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.limits import Limits
from stillwatch.logs.line_columns import is_utf8, line_batches, numbered_lines
from stillwatch.logs.mapping import FieldMapping, mapping_format
from stillwatch.logs.parquet_rows import column_names, parquet_batches, row_count
from stillwatch.logs.rejects import RejectLog, Rejects
from stillwatch.logs.schema import EXCHANGE_SCHEMA
from stillwatch.logs.shelf import formats

if TYPE_CHECKING:
    from stillwatch.logs.entries import Entry
    from stillwatch.logs.file_blocks import Block
    from stillwatch.logs.format import Format, Part, Row, Wanted
    from stillwatch.logs.line_columns import Lines

NO_TIME: Final = "no start time"
_FORMAT_FAULTS: Final = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError)
"""What a reader may raise on a record that nobody foresaw. It costs that record, and shows in the rejects by name."""
_SHOWN_FIELDS: Final = 8
_SHOWN_LENGTH: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    batches: tuple[pa.RecordBatch, ...]
    """Exchanges in the canonical schema, in the order of the log."""
    parts: tuple[Part, ...]
    """Pieces of exchanges, for the joiner."""
    rejects: Rejects
    """With those that the block brought along."""
    exchanges: Mapping[str, int] = field(default_factory=dict)
    """Rows in the batches, by format."""
    records: int = 0
    """Records that parsed; each gave rows, parts, a reject, or nothing."""
    empty: int = 0
    """Records that were understood and hold no exchange."""
    fault: str = ""
    """Why the file is known to be incomplete."""


def parse_block(
    block: Block,
    format_name: str | Sequence[str] | None = None,
    mapping: FieldMapping | None = None,
    limits: Limits | None = None,
    wanted: Wanted = EVERY_FIELD,
) -> Parsed:
    """Parse with one format by name (no questions asked), with the formats that the file was recognised as, or any.

    Fields that are not `wanted` may be missing from the exchanges.

    Raises:
        SettingsError: There is no format of that name.
    """
    if mapping is not None:
        return parse_with(block, Choice.forced(mapping_format(mapping)), limits or Limits(), wanted)
    return parse_with(block, Choice.among(formats(), format_name), limits or Limits(), wanted)


def parse_with(block: Block, choice: Choice, limits: Limits, wanted: Wanted = EVERY_FIELD) -> Parsed:
    """As `parse_block`, with the formats at hand."""
    likely = choice.likely
    if likely is not None and likely.read_columns is not None:
        if block.row_groups is not None and (found := _by_columns(block, choice, limits, wanted)) is not None:
            return found
        if likely.lines is not None and _is_worth_scanning(block, limits):
            return _by_lines(block, likely, choice, limits, wanted)
    gatherer = _Gatherer(block, limits)
    for size in gatherer.read(entries(block, limits, gatherer.log), choice):
        gatherer.flush_if_full(size)
    return gatherer.parsed()


def _is_worth_scanning(block: Block, limits: Limits) -> bool:
    return is_json(block) and block.data.count(b"\n") >= limits.least_scanned and is_utf8(block.data)


def _by_columns(block: Block, choice: Choice, limits: Limits, wanted: Wanted) -> Parsed | None:
    """Parse Parquet by the format's fast path; None where it declines, be it for one batch, or the rows are few."""
    if row_count(block) < limits.least_scanned:
        return None
    names = column_names(block)
    chosen = choice.of_columns(names)
    if chosen is None:
        return None
    read = None if "extra" in wanted or chosen.columns_read is None else chosen.columns_read
    gatherer = _Gatherer(block, limits)
    some = None if read is None else [name for name in names if name in read]
    for batch in parquet_batches(block, limits, gatherer.log, some):
        if not gatherer.take_columns(chosen, batch, wanted):
            return None
    return gatherer.parsed()


def _by_lines(block: Block, likely: Format, choice: Choice, limits: Limits, wanted: Wanted) -> Parsed:
    """Parse JSON Lines by the format's fast path, and one by one the lines that it leaves over."""
    gatherer = _Gatherer(block, limits)
    for lines in line_batches(block.data, likely.lines, limits) if likely.lines is not None else ():
        others = gatherer.take_lines(likely, lines, wanted)
        left = numbered_lines(block.data, others, block.first_line)
        for _ in gatherer.read(json_entries(left, block, limits, gatherer.log), choice):
            pass
        gatherer.merge()
    return gatherer.parsed()


class _Numbered(NamedTuple):
    """Exchanges, and the number of the line or record that each came from."""

    batch: pa.RecordBatch
    numbers: npt.NDArray[np.int64]


_NOTHING: Final = _Numbered(pa.RecordBatch.from_pylist([], schema=EXCHANGE_SCHEMA), np.zeros(0, np.int64))


class _Gatherer:
    """What a block yields so far; rows are laid out as soon as there are enough."""

    def __init__(self, block: Block, limits: Limits) -> None:
        self._path = str(block.path)
        self._fault = block.fault
        self._first = block.first_line
        self._limits = limits
        self._rows: list[Row] = []
        self._origins: list[tuple[int, Any, str]] = []
        self._bytes = 0
        self._batches: list[pa.RecordBatch] = []
        self._beside = _NOTHING
        """Rows of the fast path between which the rows of other lines belong."""
        self._parts: list[Part] = []
        self._exchanges: Counter[str] = Counter()
        self._empty = 0
        self.log = RejectLog()
        self.log.extend(block.rejects)
        self.records = 0

    def take(self, chosen: Format, read: Iterator[Row | Part], number: int, shown: Any) -> None:
        """Take the rows and parts of one record."""
        rows, found = self._rows, False
        for item in read:
            found = True
            if type(item) is not dict:
                self._parts.append(item)  # type: ignore[arg-type]  # a row is a dict by definition, what else is a part
            elif item.get("started_at") is None:
                self.reject(no_time_reason(chosen), number, shown)
            else:
                rows.append(item)
                self._origins.append((number, shown, chosen.name))
        if not found:
            self._empty += 1

    def read(self, found: Iterator[Entry], choice: Choice) -> Iterator[int]:
        """Take records one by one; gives the size of each after it is taken."""
        for number, size, shown, record in found:
            self.records += 1
            try:
                chosen = choice.of(record)
                self.take(chosen, chosen.read(record), number, shown)
            except ValueError as error:
                self.reject(str(error) or "bad value", number, shown)
            except _FORMAT_FAULTS as error:
                self.reject(f"unreadable record: {type(error).__name__}", number, shown)
            yield size

    def take_columns(self, chosen: Format, batch: pa.RecordBatch, wanted: Wanted) -> bool:
        """Take a Parquet batch by the format's fast path; false when that declines or cannot."""
        found = _columns_of(chosen, batch, wanted) if _is_sound(batch) else None
        if found is None:
            return False
        has_time = pc.is_valid(found.column("started_at"))
        kept = found.filter(has_time)
        if lost := found.num_rows - kept.num_rows:
            number = self._first + self.records + has_time.to_pylist().index(False)
            self.log.add(no_time_reason(chosen), path=self._path, line=number, record="", count=lost)
        self.records += batch.num_rows
        self._exchanges[chosen.name] += kept.num_rows
        self._batches.append(kept)
        return True

    def take_lines(self, chosen: Format, lines: Lines, wanted: Wanted) -> npt.NDArray[np.int64]:
        """Take the plain ones among some lines by the fast path; give the numbers of those that are left to read."""
        found = _columns_of(chosen, lines.batch, wanted)
        if found is None:
            return np.sort(np.concatenate([lines.numbers, lines.others]))
        has_time = found.column("started_at").is_valid().to_numpy(zero_copy_only=False)
        kept = found if has_time.all() else found.filter(pa.array(has_time))
        self.records += kept.num_rows
        self._exchanges[chosen.name] += kept.num_rows
        self._beside = _Numbered(kept, self._first + lines.numbers[has_time])
        return np.sort(np.concatenate([lines.numbers[~has_time], lines.others]))

    def merge(self) -> None:
        """Put the rows read one by one between those of the fast path, in the order of the log."""
        merged = _merged(self._beside, self._laid_out())
        if merged.num_rows:
            self._batches.append(merged)
        self._beside = _NOTHING

    def reject(self, reason: str, number: int, shown: Any) -> None:
        self.log.add(reason, path=self._path, line=number, record=_shown(shown))

    def flush_if_full(self, size: int) -> None:
        """Lay the rows out when they are enough for a batch."""
        self._bytes += size
        if len(self._rows) >= self._limits.batch_rows or self._bytes >= self._limits.batch_bytes:
            self._flush()

    def parsed(self) -> Parsed:
        self._flush()
        return Parsed(
            batches=tuple(self._batches),
            parts=tuple(self._parts),
            rejects=self.log.rejects(),
            exchanges=dict(self._exchanges),
            records=self.records,
            empty=self._empty,
            fault=self._fault,
        )

    def _flush(self) -> None:
        if (batch := self._laid_out().batch).num_rows:
            self._batches.append(batch)

    def _laid_out(self) -> _Numbered:
        """The rows so far as a batch; they are taken out."""
        if not self._rows:
            return _NOTHING
        batch, misfits = lay_out(self._rows)
        self._exchanges.update(name for _, _, name in self._origins)
        for index, reason in misfits:
            number, shown, name = self._origins[index]
            self.reject(reason, number, shown)
            self._exchanges[name] -= 1
        left_out = {index for index, _ in misfits}
        numbers = [number for index, (number, _, _) in enumerate(self._origins) if index not in left_out]
        self._rows, self._origins, self._bytes = [], [], 0
        return _Numbered(batch, np.array(numbers, np.int64))


def _is_sound(batch: pa.RecordBatch) -> bool:
    """Whether text is UTF-8 and so on: Parquet says so of its columns, and nobody has looked."""
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _columns_of(chosen: Format, batch: pa.RecordBatch, wanted: Wanted = EVERY_FIELD) -> pa.RecordBatch | None:
    """What the format's fast path makes of a batch; None when it declines or cannot."""
    if chosen.read_columns is None:
        return None
    try:
        found = chosen.read_columns(batch, wanted)
        return None if found is None else found.cast(EXCHANGE_SCHEMA)
    except (ValueError, pa.ArrowException, *_FORMAT_FAULTS):
        return None


def _merged(one: _Numbered, other: _Numbered) -> pa.RecordBatch:
    """The rows of both in order of their numbers."""
    if not one.batch.num_rows or not other.batch.num_rows:
        return one.batch if one.batch.num_rows else other.batch
    order = np.argsort(np.concatenate([one.numbers, other.numbers]), kind="stable")
    table = pa.Table.from_batches([one.batch, other.batch]).combine_chunks()
    return table.to_batches()[0].take(pa.array(order))


def no_time_reason(chosen: Format) -> str:
    """Why a row without a time is left out; a format none of whose cases has one never had it."""
    is_timeless = not any("started_at" in row for case in chosen.cases for row in case.rows)
    return f"no time in this format: {chosen.name}" if is_timeless else NO_TIME


def _shown(record: Any) -> bytes | str:
    if isinstance(record, (bytes, str)):
        return record
    if isinstance(record, Mapping):
        fields = list(record.items())[:_SHOWN_FIELDS]
        return ", ".join(f"{name}={str(value)[:_SHOWN_LENGTH]}" for name, value in fields)
    return ", ".join(str(value)[:_SHOWN_LENGTH] for value in list(record)[:_SHOWN_FIELDS])
