"""Bring logs into a store: split, parse, sketch, write; each block once, whatever happens in between.

The main process splits files into blocks; workers turn a block into a part of the store. A block that is in the store
already (the same bytes, read in the same way) is not parsed again, so a second run over the same files, over a file
that grew, or after a kill does only what is left. Records that come in halves are joined at the end and form a part of
their own.
"""

from __future__ import annotations

import gc
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import pyarrow.compute as pc

from stillwatch.core.errors import InputError
from stillwatch.logs.file_blocks import Block, input_digest, open_blocks
from stillwatch.logs.joiner import Joiner
from stillwatch.logs.parse import Parsed, parse_block
from stillwatch.logs.recognise import recognise_file
from stillwatch.logs.rejects import Rejects
from stillwatch.logs.shelf import formats
from stillwatch.logs.sketching import sketch_batch, stored_fields
from stillwatch.logs.store import (
    Part,
    Store,
    StoredInput,
    StoreSettings,
    first_exchange_no,
    part_name,
    work_prefix,
    write_part,
)
from stillwatch.logs.summaries import drop_summaries

if TYPE_CHECKING:
    from stillwatch.logs.mapping import FieldMapping

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many bytes are done, and how many there are."""

_SMALL_BYTES: Final = 24 << 20  # below this a pool of processes costs more than it saves
_SKETCH_VERSION: Final = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How to read: the format that the operator forced, or none, and the mapping file, or none."""

    format_name: str | None = None
    mapping: FieldMapping | None = None
    workers: int = 0
    """0 = one for each core."""


class Sealing(Protocol):
    """Commits to what is read, on the way: told of each block here, it works where the block is parsed."""

    def wants(self, sha256: str) -> bool:
        """Whether a file is to be committed to."""

    def saw(self, sha256: str, block: Block) -> Callable[[Block], None] | None:
        """Told of a file's blocks, in order; what it gives is called with the block in a worker, and can be pickled."""


class _Task(NamedTuple):
    block: Block
    formats: tuple[str, ...]
    name: str
    number: int
    """Of the part that it becomes; -1 where it is one already."""
    commit: Callable[[Block], None] | None = None


class _Done(NamedTuple):
    name: str
    parts: tuple[Any, ...]
    pending: Part | None
    """A part that is written but not closed, because halves of records came with it."""
    fault: str


def ingest(
    store: Store, paths: Sequence[Path], reading: Reading, progress: Progress, sealing: Sealing | None = None
) -> tuple[StoredInput, ...]:
    """Bring every file into the store; give what the store now knows of each.

    Raises:
        InputError: A file cannot be read, or its format is not clear.
    """
    sizes = {path: path.stat().st_size for path in paths}
    total, done_bytes = sum(sizes.values()), 0
    numbers = _Numbers(store)
    entries: list[StoredInput] = []
    with _pool(store, reading, total) as run, TemporaryDirectory(dir=store.root, prefix=work_prefix()) as spill:
        joiner = Joiner(formats(), Path(spill))
        pending: list[Part] = []
        for path in paths:
            progress("reading", done_bytes, total)
            entry, waiting = _ingest_file(
                store,
                path,
                reading,
                numbers,
                run,
                joiner,
                partial(_advance, progress, done_bytes, total),
                sealing,
            )
            done_bytes += sizes[path]
            entries.append(entry)
            pending.extend(waiting)
        if pending:
            progress("joining", total, total)
            entries[-1] = _write_joined(store, joiner, pending, entries[-1], numbers)
    for entry in entries:
        store.put_input(entry)
    store.sweep()
    drop_summaries(store, but_current=True)
    progress("reading", total, total)
    return tuple(entries)


def _advance(progress: Progress, base: int, total: int, done: int) -> None:
    progress("reading", min(base + done, total), total)


class _Numbers:
    """Hands out part numbers that no closed part has."""

    def __init__(self, store: Store) -> None:
        self._next = max((part.number for part in store.parts().values()), default=-1) + 1

    def take(self) -> int:
        self._next += 1
        return self._next - 1


def _ingest_file(  # noqa: PLR0913, PLR0917  # one step of `ingest`, which holds all of these open
    store: Store,
    path: Path,
    reading: Reading,
    numbers: _Numbers,
    run: Callable[[Iterator[_Task]], Iterator[_Done]],
    joiner: Joiner,
    advance: Callable[[int], None],
    sealing: Sealing | None,
) -> tuple[StoredInput, list[Part]]:
    digest = input_digest(path)
    if (known := _whole(store, path, digest)) is not None:
        deque(run(_commitments(path, digest, sealing, advance)), maxlen=0)
        return known, []
    saw = _teller(sealing, digest)
    names_of_formats = formats_of(path, reading)
    names: list[str] = []
    faults: list[str] = []
    pending: list[Part] = []
    seen_bytes = 0

    def tasks() -> Iterator[_Task]:
        nonlocal seen_bytes
        for block in open_blocks(path):
            seen_bytes += len(block.data or b"")
            advance(seen_bytes)
            name = part_name(block.digest, *names_of_formats, repr(reading.mapping), _SKETCH_VERSION)
            if block.fault:
                faults.append(block.fault)
            if name in names:
                name = part_name(name, str(block.index))  # the same bytes twice in one file are two blocks
            names.append(name)
            commit = saw(block)
            is_new = not store.has_part(name)
            if is_new or commit is not None:
                yield _Task(block, names_of_formats, name, numbers.take() if is_new else -1, commit)

    for done in run(tasks()):
        joiner.add(done.parts)
        if done.pending is not None:
            pending.append(done.pending)
        if done.fault and done.fault not in faults:
            faults.append(done.fault)
    entry = StoredInput(
        path=str(path),
        sha256=digest,
        size_bytes=path.stat().st_size,
        formats=names_of_formats,
        parts=tuple(names),
        rejects=rejects_to_plain(Rejects()),
        complete=not faults,
    )
    return entry, pending


def _whole(store: Store, path: Path, digest: str) -> StoredInput | None:
    """What is known of a file that is in the store as it is now."""
    known = {entry.path: entry for entry in store.inputs()}.get(str(path))
    if known is None or known.sha256 != digest or not all(store.has_part(name) for name in known.parts):
        return None
    return known


def _teller(sealing: Sealing | None, digest: str) -> Callable[[Block], Callable[[Block], None] | None]:
    """Tells of a file's blocks; says of each how to commit to it, if that is to be done."""
    if sealing is None or not sealing.wants(digest):
        return lambda _: None
    return partial(sealing.saw, digest)


def _commitments(path: Path, digest: str, sealing: Sealing | None, advance: Callable[[int], None]) -> Iterator[_Task]:
    """What is left to do of a file that was read before it was to be committed to."""
    if sealing is None or not sealing.wants(digest):
        return
    seen_bytes = 0
    for block in open_blocks(path):
        seen_bytes += len(block.data)
        advance(seen_bytes)
        if (commit := sealing.saw(digest, block)) is not None:
            yield _Task(block, (), "", -1, commit)


def formats_of(path: Path, reading: Reading) -> tuple[str, ...]:
    """Names of the formats that a file is read with: the forced one, the mapping, or what its first records show."""
    if reading.mapping is not None:
        return ("mapping",)
    if reading.format_name is not None:
        return (reading.format_name,)
    found = recognise_file(path)
    if found.records and not found.formats:
        raise InputError(
            "no known format", where=str(path), mend="see `stillwatch formats explain` and pass --mapping FILE"
        )
    return found.formats


def _write_joined(
    store: Store, joiner: Joiner, pending: list[Part], last: StoredInput, numbers: _Numbers
) -> StoredInput:
    """Store what the halves became, then close the parts that they came from: killed before, all of it is done
    again.
    """
    name, number = part_name("joined", *(part.name for part in pending)), numbers.take()
    settings, first_no = store.settings, first_exchange_no(number)
    tables, spans, sources = [], [], Counter[str]()
    for batch in joiner.batches():
        tables.append(
            sketch_batch(batch, salt=settings.salt, unit=settings.unit, content=settings.content, first_no=first_no)
        )
        first_no += batch.num_rows
        spans.append(pc.min_max(batch.column("started_at")).as_py())
        sources.update(batch.column("source").to_pylist())
    joined = Part(
        name=name,
        number=number,
        exchanges=sources.total(),
        first_at=min((span["min"] for span in spans), default=0),
        last_at=max((span["max"] for span in spans), default=0),
        formats=dict(sources),
        rejects=rejects_to_plain(joiner.rejects),
    )
    write_part(store.root, joined, tables)
    for part in pending:
        write_part(store.root, part, ())
    return StoredInput(**{**asdict(last), "parts": (*last.parts, name), "formats": tuple(last.formats)})


@contextmanager
def _pool(store: Store, reading: Reading, total: int) -> Iterator[Callable[[Iterator[_Task]], Iterator[_Done]]]:
    workers = reading.workers or os.cpu_count() or 1
    if workers == 1 or total < _SMALL_BYTES:
        yield lambda tasks: (_process(store.root, store.settings, reading, task) for task in tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield lambda tasks: _spread(pool, workers, store, reading, tasks)


def _spread(
    pool: ProcessPoolExecutor, workers: int, store: Store, reading: Reading, tasks: Iterator[_Task]
) -> Iterator[_Done]:
    """Keep the workers busy with one block more than there are workers, so that memory stays bounded; in order."""
    running: deque[Future[_Done]] = deque()
    for task in tasks:
        running.append(pool.submit(_process, store.root, store.settings, reading, task))
        if len(running) > workers + 1:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()


def _process(root: Path, settings: StoreSettings, reading: Reading, task: _Task) -> _Done:
    """Turn one block into a part; runs in a worker."""
    with _no_cycle_search():
        if task.commit is not None:
            task.commit(task.block)
        if task.number < 0:
            return _Done(task.name, (), None, "")
        return _part(root, settings, reading, task)


@contextmanager
def _no_cycle_search() -> Iterator[None]:
    """Keep Python from searching for reference cycles: parsed records have none, and the search takes half of the
    time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _part(root: Path, settings: StoreSettings, reading: Reading, task: _Task) -> _Done:
    forced = reading.format_name or task.formats
    parsed = parse_block(task.block, forced, reading.mapping, wanted=stored_fields())
    first_no = first_exchange_no(task.number)
    tables = []
    for batch in parsed.batches:
        tables.append(
            sketch_batch(batch, salt=settings.salt, unit=settings.unit, content=settings.content, first_no=first_no)
        )
        first_no += batch.num_rows
    part = _part_of(task, parsed)
    if not parsed.parts:
        write_part(root, part, tables)
        return _Done(task.name, (), None, parsed.fault)
    write_part(root, part, tables, close=False)
    return _Done(task.name, tuple(parsed.parts), part, parsed.fault)


def _part_of(task: _Task, parsed: Parsed) -> Part:
    spans = [pc.min_max(batch.column("started_at")).as_py() for batch in parsed.batches if batch.num_rows]
    return Part(
        name=task.name,
        number=task.number,
        exchanges=sum(batch.num_rows for batch in parsed.batches),
        first_at=min((span["min"] for span in spans), default=0),
        last_at=max((span["max"] for span in spans), default=0),
        formats={name: count for name, count in parsed.exchanges.items() if count},
        rejects=rejects_to_plain(parsed.rejects),
    )


def rejects_to_plain(rejects: Rejects) -> dict[str, Any]:
    """Lay rejects out for JSON."""
    return {
        "counts": dict(rejects.counts),
        "examples": {reason: [list(example) for example in examples] for reason, examples in rejects.examples.items()},
    }
