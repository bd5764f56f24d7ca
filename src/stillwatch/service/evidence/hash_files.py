"""Hash many files, or parts of them, in one reading and by several algorithms at once, on all cores.

A part is hashed by one thread as long as there are as many parts under way as cores, since what is read once then
stays in that core's cache. Where cores are idle (one large file, or the last of many), a second thread takes the second
hash and reads on into another buffer. Both libraries let go of Python's lock while they hash. What limits one file is
SHA-256, a chain from its first byte to its last: about 1.5 GB/s where a processor has instructions for it, a third of
that where not; parts of a file (`FileManifest.shard_size`) go side by side.

A file that changes while it is read is refused: no digest of it would be of anything that ever was.
"""

from __future__ import annotations

import hashlib
import os
import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from blake3 import blake3

from stillwatch.core.errors import InputError
from stillwatch.service.evidence.list_files import state_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from stillwatch.evidence.file_manifest import Part
    from stillwatch.service.evidence.hashing_state import HashingState
    from stillwatch.service.evidence.list_files import FileState

ALGORITHMS: Final[dict[str, Callable[[], Any]]] = {
    "sha256": hashlib.sha256,
    "blake3": blake3,
    "blake2b": hashlib.blake2b,
}
_BUFFER_BYTES: Final = 1 << 21
_AHEAD: Final = 4
"""Tasks handed to the pool at once for each worker: a data set has millions of files."""
_TOGETHER: Final = 256
"""Small parts in one task."""
_MEND: Final = "seal or check files that nobody writes to"


class ToHash(NamedTuple):
    path: str
    """Where the file lies."""
    part: Part
    size: int
    """Of the part."""
    state: FileState
    """Of the file, when it was listed."""
    follows_links: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HashingRun:
    """What a long hashing is told, beside what is to be hashed."""

    kept: HashingState | None = None
    """Remembers what was done in an earlier run that did not end."""
    progress: Callable[[int, int], None] = lambda *_: None
    """Told of bytes done, of all bytes."""
    workers: int = 0
    """Parts at a time; 0: as many as there are cores."""


class Hashed(NamedTuple):
    part: Part
    digests: dict[str, str]
    """Algorithm → hex."""


class _Crew:
    """What the threads share: how many of them are at work, and how many bytes they have done."""

    def __init__(self, cores: int, total: int, told: Callable[[int, int], None]) -> None:
        self._cores = cores
        self._total = total
        self._told = told
        self._done = 0
        self._busy = 0
        self._lock = threading.Lock()
        self.beside = ThreadPoolExecutor(cores)

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count
            self._told(self._done, self._total)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self._lock:
            self._busy += 1
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1

    @property
    def has_idle_cores(self) -> bool:
        return self._busy < self._cores


def hash_files(work: Sequence[ToHash], algorithms: Sequence[str], run: HashingRun | None = None) -> Iterator[Hashed]:
    """Hash each part, as they get done: large ones first.

    Args:
        work: What is to be hashed.
        algorithms: Of `ALGORITHMS`; the slowest should stand first.
        run: How; without a memory if not given.

    Raises:
        InputError: A file cannot be read, or changes while it is read.
    """
    asked = run or HashingRun()
    kept = asked.kept
    count = asked.workers or os.cpu_count() or 1
    crew = _Crew(count, sum(one.size for one in work), asked.progress)

    def hashed(one: ToHash) -> Hashed:
        known = kept.known(one.part, one.state) if kept else {}
        if all(name in known for name in algorithms):
            crew.add(one.size)
            return Hashed(one.part, known)
        with crew.at_work():
            digests = _digests(one, algorithms, crew)
        if kept:
            kept.keep(one.part, one.state, digests)
        return Hashed(one.part, digests)

    with crew.beside, ThreadPoolExecutor(count) as pool:
        yield from _as_done(pool, lambda together: [hashed(one) for one in together], _bundles(work), count * _AHEAD)


def _bundles(work: Iterable[ToHash]) -> Iterator[list[ToHash]]:
    """Large parts one by one, the largest first; small ones by the hundred, since each task costs more than they do."""
    together: list[ToHash] = []
    size = 0
    for one in sorted(work, key=lambda one: -one.size):
        if together and (size + one.size > _BUFFER_BYTES or len(together) == _TOGETHER):
            yield together
            together, size = [], 0
        together.append(one)
        size += one.size
    if together:
        yield together


def _as_done(
    pool: Executor, call: Callable[[list[ToHash]], list[Hashed]], work: Iterator[list[ToHash]], ahead: int
) -> Iterator[Hashed]:
    """As `Executor.map`, in whatever order and with few calls waiting; what fails ends the rest."""
    running = {pool.submit(call, one) for one in islice(work, ahead)}
    try:
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                yield from future.result()
            running |= {pool.submit(call, one) for one in islice(work, len(done))}
    finally:
        for future in running:
            future.cancel()


def _digests(one: ToHash, algorithms: Sequence[str], crew: _Crew) -> dict[str, str]:
    hashes = [ALGORITHMS[name]() for name in algorithms]
    with _opened(one) as descriptor:
        buffers = [memoryview(bytearray(min(one.size, _BUFFER_BYTES))) for _ in range(1 + (one.size > _BUFFER_BYTES))]
        at, end = one.part.start, one.part.start + one.size
        data = _read(descriptor, one, buffers[0], at)
        while data:
            at += len(data)
            buffers.reverse()
            done = len(data)
            read_on = partial(_read, descriptor, one, buffers[0], at)
            if at < end and crew.has_idle_cores:
                data = _side_by_side(hashes, data, read_on, crew.beside)
            else:
                for hashed in hashes:
                    hashed.update(data)
                data = read_on()
            crew.add(done)
    return {name: hashed.hexdigest() for name, hashed in zip(algorithms, hashes, strict=True)}


def _side_by_side(
    hashes: Sequence[Any], data: memoryview, read_on: Callable[[], memoryview], beside: Executor
) -> memoryview:
    """Take the first hash here, and the others and what follows beside it."""
    first, *others = hashes

    def rest() -> memoryview:
        following = read_on()
        for hashed in others:
            hashed.update(data)
        return following

    running = beside.submit(rest)
    first.update(data)
    return running.result()


def _read(descriptor: int, one: ToHash, buffer: memoryview, at: int) -> memoryview:
    """The next bytes of the part; none at its end."""
    into = buffer[: min(len(buffer), one.part.start + one.size - at)]
    count = os.preadv(descriptor, [into], at) if into else 0
    if into and not count:
        raise InputError("it became shorter while it was read", where=one.path, mend=_MEND)
    return into[:count]


@contextmanager
def _opened(one: ToHash) -> Iterator[int]:
    """Open a file for reading, and see before and after that it is the one that was listed."""
    no_link = 0 if one.follows_links else os.O_NOFOLLOW
    try:
        descriptor = os.open(one.path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | no_link)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=one.path, mend="let it be read") from error
    try:
        _refuse_changed(descriptor, one)
        yield descriptor
        _refuse_changed(descriptor, one)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=one.path, mend="mend the disk") from error
    finally:
        os.close(descriptor)


def _refuse_changed(descriptor: int, one: ToHash) -> None:
    if state_of(os.fstat(descriptor)) != one.state:
        raise InputError("it changes while it is read", where=one.path, mend=_MEND)
