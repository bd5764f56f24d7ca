"""A store follows the tables that are read into it: what a table holds at the version read, the store holds too.

Files of a table never change under their names, so a file that the store has is not looked at again, not even at its
digest. A file that the table gave up (deleted, or written together with others into a new one) goes from the store when
what took its place is in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.logs.summaries import drop_summaries

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.ingest import Sealing
    from stillwatch.logs.lakes.table_snapshot import TableSnapshot
    from stillwatch.logs.store import Store


def unread(store: Store, table: TableSnapshot, sealing: Sealing | None = None) -> tuple[Path, ...]:
    """The files of a table that the store does not have, or that are yet to be committed to, by name."""
    known = {entry.path: entry for entry in store.inputs()}

    def is_read(path: Path) -> bool:
        entry = known.get(str(path))
        if entry is None or (sealing is not None and sealing.wants(entry.sha256)):
            return False
        return all(store.has_part(name) for name in entry.parts)

    return tuple(path for path in sorted(table.files) if not is_read(path))


def follow_table(store: Store, table: TableSnapshot) -> int:
    """Drop what the store has of files that the table holds no more; give how many files that were."""
    files, below = {str(path) for path in table.files}, f"{table.location}/"
    gone = [entry for entry in store.inputs() if entry.path.startswith(below) and entry.path not in files]
    for entry in gone:
        store.drop_input(entry.path)
    if gone:
        store.sweep()
        drop_summaries(store, but_current=True)
    return len(gone)
