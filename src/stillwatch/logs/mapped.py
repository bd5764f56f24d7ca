"""A value with large arrays in one file, which many processes read without a copy each.

    write_mapped(folder / "scene", (scene, groups))
    scene, groups = read_mapped(folder / "scene")

Arrays lie in the file as they are in memory (the out-of-band buffers of pickle's protocol 5, PEP 574), and a reader
maps the file: its pages are the system's, once for all readers, and what a reader writes to is its own.
"""

from __future__ import annotations

import mmap
import pickle
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pathlib import Path

_LINE: Final = 64
"""Bytes of a line of the processor's cache; arrays begin on one, as they do in memory."""
_PLACE: Final = 8


def write_mapped(file: Path, value: Any) -> None:
    """Write a value that can be pickled."""
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    places = [0]
    with file.open("wb") as opened:
        for buffer in buffers:
            raw = buffer.raw()
            opened.write(raw)
            opened.write(bytes(-raw.nbytes % _LINE))
            places.append(opened.tell())
        sizes = [buffer.raw().nbytes for buffer in buffers]
        opened.write(pickle.dumps((places, sizes, head)))
        opened.write(places[-1].to_bytes(_PLACE, "little"))


def read_mapped(file: Path) -> Any:
    """The value that `write_mapped` wrote; the file may go while it is in use."""
    with file.open("rb") as opened:
        mapped = memoryview(mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY))
    end = int.from_bytes(mapped[-_PLACE:], "little")
    places, sizes, head = pickle.loads(mapped[end:-_PLACE])  # noqa: S301  # our own process wrote it
    starts = [start for start, _ in pairwise(places)]
    buffers = [mapped[start : start + size] for start, size in zip(starts, sizes, strict=True)]
    return pickle.loads(head, buffers=buffers)  # noqa: S301  # same
