"""On an executor: the bytes of a log in a file, for as long as something is done with them."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from stillwatch.logs.folder_columns import column_folders

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@contextmanager
def fetched(url: str, pieces: Iterable[Any]) -> Iterator[Path]:
    """A file that holds the pieces (bytes or buffers), below such folders `name=value` as stand above it in the URL."""
    with TemporaryDirectory(prefix="stillwatch-") as folder:
        path = Path(folder, *column_folders(PurePosixPath(url)), "log")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        yield path
