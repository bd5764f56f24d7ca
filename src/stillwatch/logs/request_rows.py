"""The requests of logs one by one, in order of time, as a gateway would have seen them arrive.

found = read_requests(paths, Reading(), None, spill=Path("/tmp/x"), progress=quiet)
for row in in_order(found.pieces):
    print(row.started_at, row.account_id)

Each block of a log is parsed, cut down to a few columns, sorted and put aside in a file; reading them merges the files,
of which only those are open whose spans overlap. So a log may be larger than memory, and files may overlap in time.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.logs.file_blocks import open_blocks
from stillwatch.logs.joiner import Joiner
from stillwatch.logs.parse import parse_block
from stillwatch.logs.reading import Reading, formats_of
from stillwatch.logs.shelf import formats
from stillwatch.logs.sketches.prompt import SKETCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from stillwatch.logs.ingest import Progress

_ROWS_AT_ONCE: Final = 4096


class RequestRow(NamedTuple):
    """One request and what its reply cost; a missing text is empty, a missing number 0."""

    started_at: int
    """Nanoseconds since 1970 UTC."""
    ended_at: int
    record_id: str
    account_id: str
    api_key_id: str
    user_id: str
    team_id: str
    org_id: str
    end_user_id: str
    session_id: str
    client_address: str
    user_agent: str
    header_order: str
    tls_ja3: str
    tls_ja4: str
    request_model: str
    params: str
    reasoning_in: str
    reasoning_out: str
    input_tokens: int
    output_tokens: int
    templates: list[int]
    """Kind and key by turns, of the prompt's keys that were asked for."""


_COLUMNS: Final = RequestRow._fields[:-1]
_NUMBERS: Final = frozenset(("started_at", "ended_at", "input_tokens", "output_tokens"))
_PROMPT: Final = frozenset(SKETCH.reads)


@dataclass(frozen=True, slots=True, kw_only=True)
class Templates:
    """Which keys of the prompt to look for."""

    salt: int
    keys: frozenset[tuple[int, int]]
    """Number of the kind, key."""


class Piece(NamedTuple):
    """Some requests in order of time, put aside."""

    path: Path
    first_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    pieces: tuple[Piece, ...]
    count: int
    rejected: int
    faults: tuple[str, ...]
    """What could not be read to its end."""


def read_requests(
    paths: Sequence[Path], reading: Reading, templates: Templates | None, *, spill: Path, progress: Progress
) -> Requests:
    """Parse the logs and put the requests aside in `spill`.

    Raises:
        InputError: A file cannot be read, or its format is not clear.
    """
    wanted = frozenset(_COLUMNS) | (_PROMPT if templates else frozenset())
    total, done = sum(path.stat().st_size for path in paths), 0
    pieces: list[Piece] = []
    count = rejected = 0
    faults: list[str] = []

    def put_aside(batches: Iterable[pa.RecordBatch]) -> None:
        nonlocal count
        for batch in batches:
            if batch.num_rows:
                pieces.append(_put_aside(batch, templates, spill / f"{len(pieces)}.parquet"))
                count += batch.num_rows

    with Joiner(formats(), spill) as joiner:
        for path in paths:
            names = formats_of(path, reading)
            for block in open_blocks(path):
                progress("reading", done, total)
                parsed = parse_block(block, reading.format_name or names, reading.mapping, wanted=wanted)
                put_aside(parsed.batches)
                joiner.add(parsed.parts)
                rejected += sum(parsed.rejects.counts.values())
                faults += [parsed.fault] if parsed.fault else []
                done += len(block.data)
        put_aside(joiner.batches())
        rejected += sum(joiner.rejects.counts.values())
    progress("reading", total, total)
    return Requests(pieces=tuple(pieces), count=count, rejected=rejected, faults=tuple(faults))


def in_order(pieces: Iterable[Piece]) -> Iterator[RequestRow]:
    """All requests in order of their start; of those that started at once, in the order of the log."""
    waiting = deque(sorted(enumerate(pieces), key=lambda one: (one[1].first_at, one[0])))
    running: list[tuple[int, int, RequestRow, Iterator[RequestRow]]] = []
    while waiting or running:
        while waiting and (not running or waiting[0][1].first_at <= running[0][0]):
            number, piece = waiting.popleft()
            rows = _rows(piece.path)
            if (row := next(rows, None)) is not None:
                heapq.heappush(running, (row.started_at, number, row, rows))
        _, number, row, rows = running[0]
        yield row
        if (following := next(rows, None)) is None:
            heapq.heappop(running)
        else:
            heapq.heapreplace(running, (following.started_at, number, following, rows))


def _put_aside(batch: pa.RecordBatch, templates: Templates | None, path: Path) -> Piece:
    table = pa.Table.from_arrays(
        [pc.fill_null(batch.column(name), 0 if name in _NUMBERS else "") for name in _COLUMNS], names=list(_COLUMNS)
    ).append_column("templates", _templates_of(batch, templates))
    order = pc.sort_indices(table, sort_keys=[("started_at", "ascending")])
    table = table.take(order)
    pq.write_table(table, path, compression="zstd", row_group_size=1 << 16)
    return Piece(path, table["started_at"][0].as_py())


def _templates_of(batch: pa.RecordBatch, templates: Templates | None) -> pa.Array:
    """For each request the keys that are looked for, as a list of kind and key by turns."""
    found: list[list[int]] = [[] for _ in range(batch.num_rows)]
    keys = SKETCH.compute(batch, templates.salt).keys if templates else None
    if templates is not None and keys is not None:
        wanted = np.array(sorted({key for _, key in templates.keys}), np.int64)
        for place in np.flatnonzero(np.isin(keys.key, wanted)):
            kind, key = int(keys.kind[place]), int(keys.key[place])
            if (kind, key) in templates.keys:
                found[keys.row[place]] += (kind, key)
    return pa.array(found, pa.list_(pa.int64()))


def _rows(path: Path) -> Iterator[RequestRow]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS_AT_ONCE):
            columns: list[Any] = [batch.column(name).to_pylist() for name in RequestRow._fields]
            yield from map(RequestRow._make, zip(*columns, strict=True))
