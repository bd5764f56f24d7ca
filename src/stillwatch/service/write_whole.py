"""Write a file so that a reader never sees half of it.

>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> with TemporaryDirectory() as folder:
...     write_whole(Path(folder) / "a.json", b"{}")
...     (Path(folder) / "a.json").read_bytes()
b'{}'
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(path: Path, content: bytes, *, mode: int | None = None, is_lasting: bool = False) -> None:
    """Write beside the file, then take its place in one step.

    Args:
        path: The file.
        content: What it is to hold.
        mode: Permissions, those of a new file if not given.
        is_lasting: Return only when it will be there after a power cut too.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    if mode is not None:
        temporary.touch(mode)
    temporary.write_bytes(content)
    if is_lasting:
        _sync(temporary)
    temporary.replace(path)
    if is_lasting:
        _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
