"""Turn the blocks of logs into parts of a store: in workers, each block once, wherever it comes from.

A block that is in the store already (the same bytes, read in the same way) is not parsed again. Records that come in
halves are gathered, and joined when all blocks were taken.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.logs.join_parts import write_joined
from stillwatch.logs.joiner import Joiner
from stillwatch.logs.make_part import Done, Task, make_part, name_of_part
from stillwatch.logs.part_numbers import PartNumbers
from stillwatch.logs.shelf import formats
from stillwatch.logs.store import part_name, work_prefix
from stillwatch.logs.summaries import drop_summaries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from stillwatch.logs.file_blocks import Block
    from stillwatch.logs.reading import Reading
    from stillwatch.logs.store import Part, Store, StoredInput

    Commit = Callable[[Block], None]
    """Commits to the records of a block where it is parsed; can be pickled."""
    Run = Callable[[Iterator[Task]], Iterator[Done]]

_SMALL_BYTES: Final = 24 << 20  # below this a pool of processes costs more than it saves


class Taken(NamedTuple):
    """What became of the blocks of one log."""

    parts: tuple[str, ...]
    faults: tuple[str, ...]
    """Why the log is known to be incomplete."""


def _nothing(block: Block) -> None:
    del block


class Intake:
    """What stays open while logs are read into a store; see `open_intake`."""

    def __init__(self, store: Store, reading: Reading, run: Run, joiner: Joiner) -> None:
        self._store, self._reading, self._run, self._joiner = store, reading, run, joiner
        self._numbers = PartNumbers(store)
        self._pending: list[Part] = []

    @property
    def has_halves(self) -> bool:
        """Whether there is something to join."""
        return bool(self._pending)

    def take(
        self,
        blocks: Iterable[Block],
        names_of_formats: tuple[str, ...],
        *,
        commit_to: Callable[[Block], Commit | None] = _nothing,
        log_name: str = "",
        done_with: Callable[[Block], None] = _nothing,
    ) -> Taken:
        """Turn the blocks of one log into parts, those that are none yet.

        Args:
            blocks: In the order of the log.
            names_of_formats: What it is read with.
            commit_to: Told of each block; gives how to commit to it, if that is to be done.
            log_name: What rejects call the log; empty = by each block's path.
            done_with: Told of each block that nothing needs any more.
        """
        names: dict[str, None] = {}
        faults: dict[str, None] = {}
        waiting: deque[Block] = deque()

        def tasks() -> Iterator[Task]:
            for block in blocks:
                name = name_of_part(block.digest, names_of_formats, self._reading)
                if block.fault:
                    faults[block.fault] = None
                if name in names:
                    name = part_name(name, str(block.index))  # the same bytes twice in one log are two blocks
                names[name] = None
                commit = commit_to(block)
                is_new = not self._store.has_part(name)
                if is_new or commit is not None:
                    waiting.append(block)
                    yield Task(block, names_of_formats, name, self._numbers.take() if is_new else -1, commit, log_name)
                else:
                    done_with(block)

        for done in self._run(tasks()):
            done_with(waiting.popleft())
            self._joiner.add(done.parts)
            if done.pending is not None:
                self._pending.append(done.pending)
            if done.fault:
                faults[done.fault] = None
        return Taken(tuple(names), tuple(faults))

    def commit(self, blocks: Iterable[tuple[Block, Commit]]) -> None:
        """Commit to blocks of a log that is in the store already."""
        deque(self._run(Task(block, (), "", -1, commit, "") for block, commit in blocks), maxlen=0)

    def join(self, last: StoredInput) -> StoredInput:
        """Store what the halves became, then close the parts that they came from; the last input gets the new part."""
        return write_joined(self._store, self._joiner, self._pending, last, self._numbers.take())


@contextmanager
def open_intake(store: Store, reading: Reading, total_bytes: int) -> Iterator[Intake]:
    """Open the workers, if there is enough to read for them, and what halves of records wait in."""
    with _pool(store, reading, total_bytes) as run, TemporaryDirectory(dir=store.root, prefix=work_prefix()) as spill:
        yield Intake(store, reading, run, Joiner(formats(), Path(spill)))


def keep(store: Store, entries: Sequence[StoredInput]) -> None:
    """Make known what was read, and clear away what no log names any more."""
    for entry in entries:
        store.put_input(entry)
    store.sweep()
    drop_summaries(store, but_current=True)


@contextmanager
def _pool(store: Store, reading: Reading, total: int) -> Iterator[Run]:
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
