"""Say what a store holds.

info = store_info(Path("stillwatch-out/store"))
info.exchanges, info.first_at, info.last_at
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.core.store_info import StoredLog, StoreInfo, TableSize
from stillwatch.logs.contents import count_contents
from stillwatch.logs.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.logs.store import Part, StoredInput


def store_info(root: Path) -> StoreInfo:
    """Count what is in the store at `root` now; reads, never writes.

    Raises:
        InputError: There is no store.
        SettingsError: The store was made by another version.
    """
    store = open_existing(root)
    contents, parts = count_contents(store), store.parts()
    return StoreInfo(
        path=str(root),
        version=store.settings.version,
        content=store.settings.content,
        unit=store.settings.unit,
        exchanges=contents.exchanges,
        accounts=contents.accounts,
        first_at=_moment(contents.first_at),
        last_at=_moment(contents.last_at),
        size_bytes=sum(file.stat().st_size for file in root.rglob("*") if file.is_file()),
        tables=tuple(
            TableSize(table=one.table, files=one.files, rows=one.rows, size_bytes=one.size_bytes)
            for one in contents.tables
        ),
        inputs=tuple(_log(entry, parts) for entry in store.inputs()),
    )


def open_existing(root: Path) -> Store:
    """Open the store at `root`, and never make one. Raises `InputError` where there is none."""
    if not (root / "settings.json").exists():
        raise InputError(
            "there is no store here", where=str(root), mend="name the folder that `stillwatch scan` made, OUT/store"
        )
    return Store.open(root)


def _log(entry: StoredInput, parts: dict[str, Part]) -> StoredLog:
    mine = [parts[name] for name in entry.parts if name in parts]
    refused = (entry.rejects, *(part.rejects for part in mine))
    return StoredLog(
        path=entry.path,
        sha256=entry.sha256,
        size_bytes=entry.size_bytes,
        formats=entry.formats,
        exchanges=sum(part.exchanges for part in mine),
        rejected=sum(sum(rejects["counts"].values()) for rejects in refused),
        complete=entry.complete,
    )


def _moment(time_ns: int | None) -> datetime | None:
    return None if time_ns is None else datetime.fromtimestamp(time_ns / 1e9, UTC)
