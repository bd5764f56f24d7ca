"""Bring log files into a store: what is new in them, whatever happens in between.

The main process splits files into blocks; `intake` turns them into parts of the store. A second run over the same
files, over a file that grew, or after a kill does only what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from stillwatch.logs.file_blocks import Block, input_digest, open_blocks
from stillwatch.logs.intake import Intake, keep, open_intake
from stillwatch.logs.make_part import rejects_to_plain
from stillwatch.logs.reading import Reading, formats_of
from stillwatch.logs.rejects import Rejects
from stillwatch.logs.store import Store, StoredInput

if TYPE_CHECKING:
    from pathlib import Path

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many bytes are done, and how many there are."""


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
    entries: list[StoredInput] = []
    with open_intake(store, reading, total) as intake:
        for path in paths:
            progress("reading", done_bytes, total)
            advance = partial(_advance, progress, done_bytes, total)
            entries.append(_ingest_file(store, path, reading, intake, advance, sealing))
            done_bytes += sizes[path]
        if intake.has_halves:
            progress("joining", total, total)
            entries[-1] = intake.join(entries[-1])
    keep(store, entries)
    progress("reading", total, total)
    return tuple(entries)


def _advance(progress: Progress, base: int, total: int, done: int) -> None:
    progress("reading", min(base + done, total), total)


def _ingest_file(  # noqa: PLR0913, PLR0917  # one step of `ingest`, which holds all of these open
    store: Store,
    path: Path,
    reading: Reading,
    intake: Intake,
    advance: Callable[[int], None],
    sealing: Sealing | None,
) -> StoredInput:
    digest = input_digest(path)
    if (known := store.whole_input(str(path), digest)) is not None:
        intake.commit(_commitments(path, digest, sealing, advance))
        return known
    names_of_formats = formats_of(path, reading)
    taken = intake.take(_told(open_blocks(path), advance), names_of_formats, commit_to=_teller(sealing, digest))
    return StoredInput(
        path=str(path),
        sha256=digest,
        size_bytes=path.stat().st_size,
        formats=names_of_formats,
        parts=taken.parts,
        rejects=rejects_to_plain(Rejects()),
        complete=not taken.faults,
    )


def _told(blocks: Iterator[Block], advance: Callable[[int], None]) -> Iterator[Block]:
    """The blocks, while it is told how many bytes were seen."""
    seen_bytes = 0
    for block in blocks:
        seen_bytes += len(block.data or b"")
        advance(seen_bytes)
        yield block


def _teller(sealing: Sealing | None, digest: str) -> Callable[[Block], Callable[[Block], None] | None]:
    """Tells of a file's blocks; says of each how to commit to it, if that is to be done."""
    if sealing is None or not sealing.wants(digest):
        return lambda _: None
    return partial(sealing.saw, digest)


def _commitments(
    path: Path, digest: str, sealing: Sealing | None, advance: Callable[[int], None]
) -> Iterator[tuple[Block, Callable[[Block], None]]]:
    """What is left to do of a file that was read before it was to be committed to."""
    if sealing is None or not sealing.wants(digest):
        return
    for block in _told(open_blocks(path), advance):
        if (commit := sealing.saw(digest, block)) is not None:
            yield block, commit
