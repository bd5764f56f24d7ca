"""Flat arrays that the worker processes of one server have in common, and a lock on them.

>>> shared = SharedArrays()
>>> levels = shared.take("d", 4)
>>> with shared:
...     levels[1] = 2.5
>>> list(levels)
[0.0, 2.5, 0.0, 0.0]

Made before the workers are forked, which inherit them: anonymous memory without a name, so that nothing is left behind
however they end. The lock is the kernel's, on a file without a name: it is let go when a process dies in the middle, as
no lock in memory would be. An element of eight bytes is read and written in one step, so that readers need no lock.
"""

from __future__ import annotations

import array
import fcntl
import mmap
import tempfile
import threading
from typing import Any, Literal, Self


class SharedArrays:
    """Memory for arrays, and the lock by which they are changed."""

    def __init__(self) -> None:
        self._lock_file = tempfile.TemporaryFile()  # noqa: SIM115  # open as long as the processes live
        self._between_threads = threading.Lock()

    def take(self, code: Literal["Q", "I", "d"], length: int) -> Any:
        """A view of so many elements, all 0; it is used as an array is."""
        return memoryview(mmap.mmap(-1, array.array(code).itemsize * length)).cast(code)

    def __enter__(self) -> Self:
        self._between_threads.acquire()
        fcntl.lockf(self._lock_file, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_: object) -> None:
        fcntl.lockf(self._lock_file, fcntl.LOCK_UN)
        self._between_threads.release()
