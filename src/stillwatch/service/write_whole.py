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


def write_whole(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Write beside the file, then take its place in one step; `mode`: permissions, those of a new file if not given."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    if mode is not None:
        temporary.touch(mode)
    temporary.write_bytes(content)
    temporary.replace(path)
