"""Read flow logs once and keep the flows of declared hosts, in one Parquet file for each block of a log.

A block that was read before is known by its content, so a run that was ended goes on where it was, and a daily run
reads the day's new files alone. What is kept is of one set of hosts: others are read anew, and kept beside them.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xxhash

from stillwatch.logs.file_blocks import input_digest, open_blocks
from stillwatch.logs.flow_addresses import NOBODY
from stillwatch.logs.flow_format import DROPPED, FLOW_SCHEMA, LOST
from stillwatch.logs.flow_rows import flows_of, split_flows
from stillwatch.logs.flow_shelf import recognise_flows
from stillwatch.logs.flow_table import FlowTables
from stillwatch.logs.rejects import RejectLog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from stillwatch.logs.file_blocks import Block
    from stillwatch.logs.flow_addresses import AddressBook
    from stillwatch.logs.flow_format import FlowFormat

HOUR_NS: Final = 3600 * 10**9
KEPT_SCHEMA: Final = pa.schema(
    [*(one for one in FLOW_SCHEMA if one.name != "status"), ("source_host", pa.int64()), ("target_host", pa.int64())]
)
_TOLD: Final = b"stillwatch"
_VERSION: Final = "1"
"""Of the files: another one reads every log anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowsRead:
    """What was read of some logs; the counts are of all their records, not only of the hosts'."""

    inputs: tuple[tuple[str, str], ...] = ()
    """Names of the logs, without folders, with their SHA-256."""
    files: tuple[Path, ...] = ()
    """Kept flows."""
    records: int = 0
    kept: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    """Of what was rejected, one of each block and reason."""
    dropped: int = 0
    """Refused on the way."""
    lost: int = 0
    """Times at which an observer says that it lost records."""
    hours: frozenset[int] = frozenset()
    """In which anything was seen, counted since 1970."""
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    known: int = 0
    """Blocks that an earlier run had read."""


class _Told(NamedTuple):
    """What a kept file says of its block."""

    records: int
    rejected: dict[str, int]
    examples: list[str]
    dropped: int
    lost: int
    hours: list[int]


def read_flows(
    paths: Sequence[Path],
    book: AddressBook,
    folder: Path,
    *,
    hosts_digest: str,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> FlowsRead:
    """Read some logs; each may be of another format.

    Args:
        paths: Files.
        book: The hosts.
        folder: Keeps the flows.
        hosts_digest: Of the declaration behind `book`.
        progress: Told of the stage, of blocks, and 0: nobody knows how many there are.

    Raises:
        InputError: A file is no flow log that is known, or cannot be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[Path, _Told] = {}
    faults: list[str] = []
    notes: dict[str, None] = {}
    known = done = 0
    for path in paths:
        declared = recognise_flows(path)
        if declared is None:
            continue
        notes |= dict.fromkeys([declared.note] if declared.note else [])
        reader = FlowTables(declared)
        for block in open_blocks(path):
            target = folder / f"{_digest(block, declared, hosts_digest)}.parquet"
            told = _told(target)
            if told is None:
                told = _keep(block, reader, declared, book, target)
            else:
                reader.pass_over(block)
                known += 1
            files[target] = told
            faults += [f"{path}: {block.fault}"] if block.fault else []
            done += 1
            progress("reading", done, 0)
    inputs = tuple((path.name, input_digest(path)) for path in paths)
    return replace(_sum(files, faults, notes), known=known, inputs=inputs)


def _digest(block: Block, declared: FlowFormat, hosts_digest: str) -> str:
    said = f"{_VERSION} {block.digest} {declared.name} {hosts_digest}"
    return xxhash.xxh3_128_hexdigest(said.encode())


def _keep(block: Block, reader: FlowTables, declared: FlowFormat, book: AddressBook, target: Path) -> _Told:
    log = RejectLog()
    log.extend(block.rejects)
    kept: list[pa.Table] = []
    read = dropped = lost = 0
    hours: set[int] = set()
    for table in reader.tables(block, log):
        flows = flows_of(table, declared)
        read += flows.num_rows
        flows, hosts = _looked_up(flows, book)
        flows = flows.append_column("source_host", hosts[0]).append_column("target_host", hosts[1])
        counted, rejected = split_flows(flows)
        for reason, (count, first) in rejected.items():
            log.add(reason, path=str(block.path), line=block.first_line, record=json.dumps(first), count=count)
            read -= count
        status = pc.fill_null(counted.column("status"), "")
        dropped += pc.sum(pc.equal(status, DROPPED)).as_py() or 0
        lost += pc.sum(pc.equal(status, LOST)).as_py() or 0
        hours |= set(pc.unique(pc.divide(counted.column("start_at"), HOUR_NS)).to_pylist()) - {None}
        is_of_host = pc.or_(
            pc.not_equal(counted.column("source_host"), NOBODY), pc.not_equal(counted.column("target_host"), NOBODY)
        )
        chosen = counted.filter(pc.and_(is_of_host, pc.equal(status, "")))
        kept.append(_filled(chosen))
    rejects = log.rejects()
    examples = [f"{one.path}:{one.line}: {reason}" for reason, found in rejects.examples.items() for one in found[:1]]
    told = _Told(read + rejects.total, dict(rejects.counts), examples, dropped, lost, sorted(hours))
    _write(pa.concat_tables([KEPT_SCHEMA.empty_table(), *kept]), told, target)
    return told


def _looked_up(flows: pa.Table, book: AddressBook) -> tuple[pa.Table, list[pa.ChunkedArray]]:
    """The flows with addresses in one way of writing, and the hosts of sources and of targets."""
    hosts = []
    for name in ("source_address", "target_address"):
        found = book.look_up(flows.column(name))
        flows = flows.set_column(flows.column_names.index(name), name, found.written)
        hosts.append(found.hosts)
    return flows, hosts


def _filled(flows: pa.Table) -> pa.Table:
    """In the columns that are kept; what is not told is 0 or empty, so that observers who tell less can be compared."""
    columns = [
        pc.fill_null(flows.column(one.name), "" if pa.types.is_string(one.type) else 0).cast(one.type)
        for one in KEPT_SCHEMA
    ]
    return pa.table(columns, schema=KEPT_SCHEMA)


def _write(table: pa.Table, told: _Told, target: Path) -> None:
    temporary = target.with_suffix(".part")
    pq.write_table(table.replace_schema_metadata({_TOLD: json.dumps(told).encode()}), temporary, compression="zstd")
    temporary.replace(target)


def _told(target: Path) -> _Told | None:
    try:
        said = (pq.read_schema(target).metadata or {}).get(_TOLD)
    except (OSError, pa.ArrowException):
        return None
    return _Told(*json.loads(said)) if said else None


def _sum(files: dict[Path, _Told], faults: list[str], notes: dict[str, None]) -> FlowsRead:
    rejected: Counter[str] = Counter()
    for told in files.values():
        rejected.update(told.rejected)
    parsed: list[dict[str, Any]] = [told._asdict() for told in files.values()]
    return FlowsRead(
        files=tuple(files),
        records=sum(one["records"] for one in parsed),
        kept=sum(pq.read_metadata(path).num_rows for path in files),
        rejected=dict(rejected),
        examples=tuple(line for one in parsed for line in one["examples"])[:20],
        dropped=sum(one["dropped"] for one in parsed),
        lost=sum(one["lost"] for one in parsed),
        hours=frozenset(hour for one in parsed for hour in one["hours"]),
        faults=tuple(faults),
        notes=tuple(notes),
    )
