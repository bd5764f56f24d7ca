"""Bring an export of a database into a store.

A whole export replaces what it gave before, as a file that changed does; a block that is in the store already is not
parsed again. An incremental one adds a span of time after the last: each span is an input of its own, and the next
begins where the last that was read to its end stopped. Killed before, a span is asked for again.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stillwatch.logs.intake import keep, open_intake
from stillwatch.logs.make_part import rejects_to_plain
from stillwatch.logs.rejects import Rejects
from stillwatch.logs.store import StoredInput

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.logs.databases.export import Export
    from stillwatch.logs.file_blocks import Block
    from stillwatch.logs.ingest import Progress
    from stillwatch.logs.reading import Reading
    from stillwatch.logs.store import Store


def ingest_export(store: Store, export: Export, reading: Reading, progress: Progress) -> StoredInput:
    """Bring it into the store; give what the store now knows of it.

    Raises:
        InputError, PeerError: It cannot be read to its end; what was read of it is not read again.
    """
    names_of_formats = export.formats(reading)
    with open_intake(store, reading, 0 if export.is_small else sys.maxsize) as intake:
        blocks = _told(export.blocks(), progress)
        taken = intake.take(blocks, names_of_formats, log_name=export.name, done_with=_delete)
        entry = StoredInput(
            path=f"{export.name} {export.bounds}" if export.bounds else export.name,
            sha256=export.sha256,
            size_bytes=export.size_bytes,
            formats=names_of_formats,
            parts=taken.parts,
            rejects=rejects_to_plain(Rejects()),
            complete=True,
            export=export.name if export.bounds else "",
            until=export.bounds.until if export.bounds else 0,
        )
        if intake.has_halves:
            entry = intake.join(entry)
    keep(store, [entry])
    return entry


def read_until(store: Store, name: str) -> int | None:
    """Where the last span of an incremental export ended, nanoseconds since 1970; None = nothing of it was read."""
    return max((entry.until for entry in store.inputs() if entry.export == name), default=None)


def _told(blocks: Iterator[Block], progress: Progress) -> Iterator[Block]:
    """The blocks, while it is told how many rows came; nobody knows how many will."""
    for block in blocks:
        progress("rows read", block.first_line - 1, 0)
        yield block


def _delete(block: Block) -> None:
    block.path.unlink(missing_ok=True)
