"""From one block of a log to a part of the store: parse, sketch, write.

Runs in a worker, on this machine or on another that reaches the store. A part whose halves wait for others is written
and left open (`Done.pending`): it is closed when what they became is in the store too (`join_parts`).
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pyarrow.compute as pc

from stillwatch.logs.parse import Parsed, parse_block
from stillwatch.logs.sketching import sketch_batch, stored_fields
from stillwatch.logs.store import Part, StoreSettings, first_exchange_no, part_name, write_part

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from stillwatch.logs.file_blocks import Block
    from stillwatch.logs.reading import Reading
    from stillwatch.logs.rejects import Rejects

_SKETCH_VERSION: Final = "1"


class Task(NamedTuple):
    block: Block
    formats: tuple[str, ...]
    name: str
    number: int
    """Of the part that it becomes; -1 where it is one already."""
    commit: Callable[[Block], None] | None = None
    log_name: str = ""
    """What rejects call the log; empty = by the block's path."""


class Done(NamedTuple):
    name: str
    parts: tuple[Any, ...]
    pending: Part | None
    """A part that is written but not closed, because halves of records came with it."""
    fault: str


def name_of_part(digest: str, formats: Sequence[str], reading: Reading) -> str:
    """The name of the part that a block of this digest becomes when it is read so."""
    return part_name(digest, *formats, repr(reading.mapping), _SKETCH_VERSION)


def make_part(root: Path, settings: StoreSettings, reading: Reading, task: Task, work: Path | None = None) -> Done:
    """Turn one block into a part, unless it is one; `work` is where files stand until they are whole (`write_part`)."""
    with _no_cycle_search():
        if task.commit is not None:
            task.commit(task.block)
        if task.number < 0:
            return Done(task.name, (), None, "")
        return _part(root, settings, reading, task, work)


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


def _part(root: Path, settings: StoreSettings, reading: Reading, task: Task, work: Path | None) -> Done:
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
        write_part(root, part, tables, work=work)
        return Done(task.name, (), None, parsed.fault)
    write_part(root, part, tables, close=False, work=work)
    return Done(task.name, tuple(parsed.parts), part, parsed.fault)


def _part_of(task: Task, parsed: Parsed) -> Part:
    spans = [pc.min_max(batch.column("started_at")).as_py() for batch in parsed.batches if batch.num_rows]
    return Part(
        name=task.name,
        number=task.number,
        exchanges=sum(batch.num_rows for batch in parsed.batches),
        first_at=min((span["min"] for span in spans), default=0),
        last_at=max((span["max"] for span in spans), default=0),
        formats={name: count for name, count in parsed.exchanges.items() if count},
        rejects=rejects_to_plain(parsed.rejects.seen_in(task.log_name) if task.log_name else parsed.rejects),
    )


def rejects_to_plain(rejects: Rejects) -> dict[str, Any]:
    """Lay rejects out for JSON."""
    return {
        "counts": dict(rejects.counts),
        "examples": {reason: [list(example) for example in examples] for reason, examples in rejects.examples.items()},
    }
