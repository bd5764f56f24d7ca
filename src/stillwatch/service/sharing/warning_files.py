"""Read warning lists from files, and from folders as MISP publishes them (`lists/NAME/list.json`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.core.errors import InputError
from stillwatch.intel.warninglists import Warninglists, read_warninglist

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def read_warning_files(paths: Iterable[Path]) -> Warninglists:
    """Read all of them.

    Raises:
        InputError: One cannot be read or is none, or a folder holds none.
    """
    return Warninglists(tuple(read_warninglist(_content(path), str(path)) for path in _files(paths)))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        found = sorted(path.rglob("list.json")) or sorted(path.glob("*.json"))
        if not found:
            mend = "name list.json files, or a folder of them"
            raise InputError("there is no warning list in this folder", where=str(path), mend=mend)
        yield from found


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"it cannot be read: {error.strerror}", where=str(path)) from error
