"""Bring logs into a store: split, parse, sketch, write; each block once, whatever happens in between.

The main process splits files into blocks; workers turn a block into a part of the store. A block that is in the store
already (the same bytes, read in the same way) is not parsed again, so a second run over the same files, over a file
that grew, or after a kill does only what is left. Records that come in halves are joined at the end and form a part of
their own.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from stillwatch.logs.file_blocks import Block, input_digest, open_blocks
from stillwatch.logs.join_parts import write_joined
from stillwatch.logs.joiner import Joiner
from stillwatch.logs.make_part import Done, Task, make_part, name_of_part, rejects_to_plain
from stillwatch.logs.part_numbers import PartNumbers
from stillwatch.logs.reading import Reading, formats_of
from stillwatch.logs.rejects import Rejects
from stillwatch.logs.shelf import formats
from stillwatch.logs.store import Part, Store, StoredInput, part_name, work_prefix
from stillwatch.logs.summaries import drop_summaries

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many bytes are done, and how many there are."""

_SMALL_BYTES: Final = 24 << 20  # below this a pool of processes costs more than it saves


class Sealing(Protocol):
    """Commits to what is read, on the way: told of each block here, it works where the block is parsed."""

    def wants(self, sha256: str) -> bool:
        """Whether a file is to be committed to."""

    def saw(self, sha256: str, block: Block) -> Callable[[Block], None] | None:
        """Told of a file's blocks, in order; what it gives is called with the block in a worker, and can be pickled."""


def ingest(
    store: Store, paths: Sequence[Path], reading: Reading, progress: Progress, sealing: Sealing | None = None
) -> tuple[StoredInput, ...]:
    """Bring every file into the store; give what the store now knows of each.

    Raises:
        InputError: A file cannot be read, or its format is not clear.
    """
    sizes = {path: path.stat().st_size for path in paths}
    total, done_bytes = sum(sizes.values()), 0
    numbers = PartNumbers(store)
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
            entries[-1] = write_joined(store, joiner, pending, entries[-1], numbers.take())
    for entry in entries:
        store.put_input(entry)
    store.sweep()
    drop_summaries(store, but_current=True)
    progress("reading", total, total)
    return tuple(entries)


def _advance(progress: Progress, base: int, total: int, done: int) -> None:
    progress("reading", min(base + done, total), total)


def _ingest_file(  # noqa: PLR0913, PLR0917  # one step of `ingest`, which holds all of these open
    store: Store,
    path: Path,
    reading: Reading,
    numbers: PartNumbers,
    run: Callable[[Iterator[Task]], Iterator[Done]],
    joiner: Joiner,
    advance: Callable[[int], None],
    sealing: Sealing | None,
) -> tuple[StoredInput, list[Part]]:
    digest = input_digest(path)
    if (known := store.whole_input(str(path), digest)) is not None:
        deque(run(_commitments(path, digest, sealing, advance)), maxlen=0)
        return known, []
    saw = _teller(sealing, digest)
    names_of_formats = formats_of(path, reading)
    names: list[str] = []
    faults: list[str] = []
    pending: list[Part] = []
    seen_bytes = 0

    def tasks() -> Iterator[Task]:
        nonlocal seen_bytes
        for block in open_blocks(path):
            seen_bytes += len(block.data or b"")
            advance(seen_bytes)
            name = name_of_part(block.digest, names_of_formats, reading)
            if block.fault:
                faults.append(block.fault)
            if name in names:
                name = part_name(name, str(block.index))  # the same bytes twice in one file are two blocks
            names.append(name)
            commit = saw(block)
            is_new = not store.has_part(name)
            if is_new or commit is not None:
                yield Task(block, names_of_formats, name, numbers.take() if is_new else -1, commit)

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


def _teller(sealing: Sealing | None, digest: str) -> Callable[[Block], Callable[[Block], None] | None]:
    """Tells of a file's blocks; says of each how to commit to it, if that is to be done."""
    if sealing is None or not sealing.wants(digest):
        return lambda _: None
    return partial(sealing.saw, digest)


def _commitments(path: Path, digest: str, sealing: Sealing | None, advance: Callable[[int], None]) -> Iterator[Task]:
    """What is left to do of a file that was read before it was to be committed to."""
    if sealing is None or not sealing.wants(digest):
        return
    seen_bytes = 0
    for block in open_blocks(path):
        seen_bytes += len(block.data)
        advance(seen_bytes)
        if (commit := sealing.saw(digest, block)) is not None:
            yield Task(block, (), "", -1, commit)


@contextmanager
def _pool(store: Store, reading: Reading, total: int) -> Iterator[Callable[[Iterator[Task]], Iterator[Done]]]:
    workers = reading.workers or os.cpu_count() or 1
    if workers == 1 or total < _SMALL_BYTES:
        yield lambda tasks: (make_part(store.root, store.settings, reading, task) for task in tasks)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield lambda tasks: _spread(pool, workers, store, reading, tasks)


def _spread(
    pool: ProcessPoolExecutor, workers: int, store: Store, reading: Reading, tasks: Iterator[Task]
) -> Iterator[Done]:
    """Keep the workers busy with one block more than there are workers, so that memory stays bounded; in order."""
    running: deque[Future[Done]] = deque()
    for task in tasks:
        running.append(pool.submit(make_part, store.root, store.settings, reading, task))
        if len(running) > workers + 1:
            yield running.popleft().result()
    while running:
        yield running.popleft().result()
