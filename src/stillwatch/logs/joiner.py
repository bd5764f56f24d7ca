"""Put the parts of an exchange together, from whatever block or file they come, in bounded memory.

Invariants: parts of one kind and key meet whatever order they arrive in; of one sequence number, equal parts count once
(the same file read twice); different pieces of text follow one another in the order added, and different whole parts
are told apart as below, never mixed. A group of parts that all need more is no exchange.

A key may come back: `custom_id` is unique within a batch only, and one Langfuse trace holds many calls. Where every
sequence number came equally often, the first ones belong together, then the second ones, and so on, in the order added;
a part that is no exchange by itself (a trace) and came once goes with each. Anything else is ambiguous: parts that are
exchanges by themselves stand alone, the others are rejected.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import orjson

from stillwatch.logs.format import Part, Row
from stillwatch.logs.lay_out import lay_out
from stillwatch.logs.parse import NO_TIME
from stillwatch.logs.rejects import RejectLog, Rejects

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pyarrow as pa

    from stillwatch.logs.format import Format

HALF: Final = "half of a joined record"
AMBIGUOUS: Final = "ambiguous join key"
_FINISH_FAULTS: Final = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
_BATCH_ROWS: Final = 1 << 14
_BATCH_BYTES: Final = 32 << 20
_CREATE: Final = "CREATE TABLE parts (kind TEXT, key TEXT, sequence INTEGER, arrival INTEGER, body BLOB)"
_INSERT: Final = "INSERT INTO parts VALUES (?, ?, ?, ?, ?)"
_IN_ORDER: Final = "SELECT kind, key, sequence, arrival, body FROM parts ORDER BY kind, key, sequence, arrival"


class _Held(NamedTuple):
    kind: str
    key: str
    sequence: int
    arrival: int
    body: bytes
    """The rest of the part as JSON with sorted keys, so that equal parts have equal bodies."""


class Joiner:
    """A context: `add` every part, then take `rows` or `batches` once; `rejects` then tells what stayed alone."""

    def __init__(self, formats: Sequence[Format], folder: Path, *, most_in_memory: int = 100_000) -> None:
        self._formats = {declared.name: declared for declared in formats}
        self._folder = folder
        self._most = most_in_memory
        self._held: list[_Held] = []
        self._arrivals = itertools.count()
        self._file: Path | None = None
        self._database: sqlite3.Connection | None = None
        self._log = RejectLog()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def rejects(self) -> Rejects:
        return self._log.rejects()

    def add(self, parts: Iterable[Part]) -> None:
        """Take parts in the order of the log; past `most_in_memory` of them they go to a file in the folder."""
        for part in parts:
            body = {"row": part.row, "pieces": part.text_pieces, "needs_more": part.needs_more}
            try:
                packed = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
                part.key.encode()
            except (TypeError, UnicodeEncodeError):
                self._reject("wrong type in a joined record", part.kind, part.key)
                continue
            self._held.append(_Held(part.kind, part.key, part.sequence, next(self._arrivals), packed))
            if len(self._held) >= self._most:
                self._spill()

    def rows(self) -> Iterator[Row]:
        """Every exchange that could be put together, by kind and key."""
        for (kind, key), group in itertools.groupby(self._in_order(), key=lambda held: (held.kind, held.key)):
            for parts in self._told_apart(kind, key, [_unpacked(held) for held in _unlike(group)]):
                row = self._joined(parts)
                if row is not None:
                    yield row

    def batches(self) -> Iterator[pa.RecordBatch]:
        """As `rows`, laid out in the canonical schema."""
        rows: list[Row] = []
        size = 0
        for row in self.rows():
            rows.append(row)
            size += sum(len(value) for value in row.values() if isinstance(value, str))
            if len(rows) >= _BATCH_ROWS or size >= _BATCH_BYTES:
                yield self._laid_out(rows)
                rows, size = [], 0
        if rows:
            yield self._laid_out(rows)

    def close(self) -> None:
        """Forget everything and remove the file."""
        if self._database is not None:
            self._database.close()
            self._database = None
        if self._file is not None:
            self._file.unlink(missing_ok=True)
            self._file = None
        self._held = []

    def _in_order(self) -> Iterator[_Held]:
        if self._database is None:
            return iter(sorted(self._held, key=lambda held: held[:4]))
        self._spill()
        return map(_Held._make, self._database.execute(_IN_ORDER))

    def _spill(self) -> None:
        if self._database is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix="joiner-", suffix=".sqlite", dir=self._folder)
            os.close(handle)
            self._file = Path(name)
            self._database = sqlite3.connect(self._file, isolation_level=None)
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "temp_store = FILE"):
                self._database.execute(f"PRAGMA {pragma}")
            self._database.execute(_CREATE)
        self._database.execute("BEGIN")
        self._database.executemany(_INSERT, self._held)
        self._database.execute("COMMIT")
        self._held = []

    def _told_apart(self, kind: str, key: str, parts: list[Part]) -> Iterator[list[Part]]:
        whole = [part for part in parts if not part.text_pieces]
        by_sequence = [list(group) for _, group in itertools.groupby(whole, key=lambda part: part.sequence)]
        times = max(map(len, by_sequence), default=1)
        if times == 1:
            groups = [parts]
        elif (paired := _paired(by_sequence, times)) is not None and len(whole) == len(parts):
            groups = paired
        else:
            alone = [part for part in parts if not part.needs_more]
            self._reject(AMBIGUOUS, kind, key, len(parts) - len(alone))
            groups = [[part] for part in alone]
        for group in groups:
            if all(part.needs_more for part in group):
                self._reject(f"{HALF}: {kind}", kind, key, len(group))
            else:
                yield group

    def _joined(self, parts: list[Part]) -> Row | None:
        first = parts[0]
        row: Row = {}
        pieces: dict[str, list[str]] = {}
        for part in parts:
            row |= {name: value for name, value in part.row.items() if value is not None and name not in row}
            for name, piece in part.text_pieces.items():
                pieces.setdefault(name, []).append(piece)
        declared = self._formats.get(row.get("source", ""))
        if declared is not None and declared.finish is not None:
            try:
                row = declared.finish(row, {name: "".join(texts) for name, texts in pieces.items()})
            except _FINISH_FAULTS as error:
                reason = str(error) if type(error) is ValueError else type(error).__name__
                self._reject(f"unreadable joined record: {reason}", first.kind, first.key)
                return None
        if row.get("started_at") is None:
            self._reject(NO_TIME, first.kind, first.key)
            return None
        return row

    def _laid_out(self, rows: list[Row]) -> pa.RecordBatch:
        batch, misfits = lay_out(rows)
        for number, reason in misfits:
            self._reject(reason, str(rows[number].get("source")), str(rows[number].get("record_id")))
        return batch

    def _reject(self, reason: str, kind: str, key: str, count: int = 1) -> None:
        if count:
            self._log.add(reason, path=f"joined {kind}", line=0, record=key, count=count)


def _unlike(group: Iterable[_Held]) -> Iterator[_Held]:
    """Without those that equal one before of the same sequence number."""
    seen: set[tuple[int, bytes]] = set()
    for held in group:
        if (held.sequence, held.body) not in seen:
            seen.add((held.sequence, held.body))
            yield held


def _paired(by_sequence: list[list[Part]], times: int) -> list[list[Part]] | None:
    """The first of every sequence number, then the second ones; None unless each came so often, or is a context."""
    shared = [group[0] for group in by_sequence if len(group) == 1 and group[0].needs_more]
    layered = [group for group in by_sequence if len(group) == times]
    if len(shared) + len(layered) < len(by_sequence):
        return None
    layers = zip(*layered, strict=True)
    return [sorted((*layer, *shared), key=lambda part: part.sequence) for layer in layers]


def _unpacked(held: _Held) -> Part:
    body: dict[str, Any] = orjson.loads(held.body)
    return Part(held.kind, held.key, held.sequence, body["row"], body["pieces"], body["needs_more"])
