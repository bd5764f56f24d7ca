"""A transparency log in a folder: entries go in, signed checkpoints and proofs come out, and nothing is taken out.

>>> import tempfile
>>> from pathlib import Path
>>> from stillwatch.evidence.log_signer import LogSigner
>>> with tempfile.TemporaryDirectory() as folder:
...     log = TileLog.make(Path(folder) / "log", LogSigner.from_seeds("log.example", bytes(32)), clock=lambda: 0.0)
...     log.append([b"one", b"two"]), log.entry(1), log.size
(range(0, 2), b'two', 2)

The folder is what C2SP's tlog-tiles has a server serve, so any static file server publishes it and other projects'
programs read it. `append` gives the numbers of the leaves only after everything lies on the disk: first bundles and
tiles, under names that no earlier checkpoint speaks of, then the checkpoint, which takes its place in one step. What a
crash leaves behind beyond the checkpoint is no part of the log, and the next append writes over it. Writers of other
processes wait for one another.
"""

from __future__ import annotations

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import InputError, SettingsError, VerificationError
from stillwatch.evidence.checkpoint import Checkpoint
from stillwatch.evidence.log_edge import LogEdge, edge_of
from stillwatch.evidence.merkle_tree import consistency_path, inclusion_path
from stillwatch.evidence.proof_file import LogPolicy, LogProof, check_checkpoint
from stillwatch.evidence.signed_note import read_note
from stillwatch.evidence.tiles import WIDTH, Tile, bundle_path, hashes_from, unpack_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from stillwatch.evidence.log_signer import LogSigner
    from stillwatch.evidence.merkle_tree import HashAt
    from stillwatch.evidence.signed_note import Note, NoteSignature

CHECKPOINT: Final = "checkpoint"
_LOCK: Final = ".lock"
_UNFINISHED: Final = ".unfinished"
_ED25519_BYTES: Final = 64
_MEND: Final = "restore the log from its copy; a log that was changed cannot be mended"
_MANY: Final = 16
"""Files from which on threads are worth their start."""
_WRITERS: Final = 16
_PIECE: Final = 65_536
"""Entries that are written before a checkpoint is made for them, at most."""


class TileLog:
    """For one process; of the same folder as many as like may be open.

    Args:
        folder: Made by `make`.
        signer: Signs checkpoints; its name is the log's origin.
        clock: Seconds since 1970 UTC.
        ends: Whether nothing may follow an entry.

    Raises:
        InputError: There is no log.
        VerificationError: What lies there is not what its checkpoint states, or another key has signed it.
    """

    def __init__(
        self,
        folder: Path,
        signer: LogSigner,
        *,
        clock: Callable[[], float],
        ends: Callable[[bytes], bool] = lambda _: False,
    ) -> None:
        self._ends = ends
        self._folder = folder
        self._signer = signer
        self._clock = clock
        self._seen: tuple[int, int] = (0, 0)
        self._edge = LogEdge()
        self._read()

    @classmethod
    def make(
        cls,
        folder: Path,
        signer: LogSigner,
        *,
        clock: Callable[[], float],
        ends: Callable[[bytes], bool] = lambda _: False,
    ) -> TileLog:
        """Begin an empty log, or open the one that is there.

        Raises:
            VerificationError: As when opened.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            if not (folder / CHECKPOINT).exists():
                empty = Checkpoint(signer.name, 0, LogEdge().root())
                _write(folder / CHECKPOINT, str(signer.sign(empty, at_s=int(clock()))).encode())
                _sync_folders({folder})
        return cls(folder, signer, clock=clock, ends=ends)

    @property
    def size(self) -> int:
        return self._edge.size

    @property
    def signer(self) -> LogSigner:
        return self._signer

    def append(self, entries: Sequence[bytes]) -> range:
        """Add entries; give their numbers, which hold for ever once this returns.

        Raises:
            ValueError: An entry is longer than 65,535 bytes; none was added.
            OSError: They could not be written, such as on a disk that is full. Whole pieces of 65,536 may be in.
            SettingsError: The log has ended, or changed its keys.
            VerificationError: Somebody has changed the log.
        """
        with _locked(self._folder):
            self._read()
            self._refuse_closed()
            first = self.size
            for start in range(0, len(entries), _PIECE):
                self._commit(entries[start : start + _PIECE])
            return range(first, self.size)

    def hand_over(self, entries: Sequence[bytes], to: LogSigner) -> range:
        """Add entries under a checkpoint that this signer and the one that follows it sign; that one goes on alone.

        Raises:
            OSError: They could not be written; nothing was changed.
            VerificationError: Somebody has changed the log.
        """
        with _locked(self._folder):
            self._read()
            self._refuse_closed()
            first = self.size
            self._commit(entries, (self._signer, to))
            self._signer = to
            return range(first, self.size)

    def checkpoint(self) -> Note:
        """The newest, as it lies there."""
        self._read()
        return read_note((self._folder / CHECKPOINT).read_bytes(), str(self._folder / CHECKPOINT))

    def add_signatures(self, to: Note, signatures: Iterable[NoteSignature]) -> Note:
        """Add those of witnesses to the checkpoint; one that has been followed by another is left as it is.

        Raises:
            VerificationError: Somebody has changed the log.
        """
        with _locked(self._folder):
            note = self.checkpoint()
            if note.text == to.text:
                note = note._replace(signatures=tuple(dict.fromkeys((*note.signatures, *signatures))))
                _write(self._folder / CHECKPOINT, str(note).encode())
                _sync_folders({self._folder})
                self._seen = self._stamp()
            return note

    def entry(self, leaf: int) -> bytes:
        """An entry by its number.

        Raises:
            ValueError: There is none.
        """
        self._check(leaf)
        return next(self.entries(leaf))

    def entries(self, first: int = 0) -> Iterator[bytes]:
        """The entries from one number on, in order."""
        for number in range(first // WIDTH, -(-self.size // WIDTH)):
            bundle = self._bytes(bundle_path(number, min(WIDTH, self.size - number * WIDTH)))
            yield from unpack_entries(bundle)[max(0, first - number * WIDTH) :]

    def prove(self, leaf: int) -> LogProof:
        """The proof that an entry stands in the log of the newest checkpoint.

        Raises:
            ValueError: There is none.
        """
        note = self.checkpoint()
        self._check(leaf)
        return LogProof(leaf, tuple(inclusion_path(self._hashes(), leaf, self.size)), str(note).encode())

    def consistency(self, old: int) -> list[bytes]:
        """The proof that the log of `old` leaves is the beginning of the present one.

        Raises:
            ValueError: It was never as small, or is not as large.
        """
        return consistency_path(self._hashes(), old, self.size)

    def _check(self, leaf: int) -> None:
        if not 0 <= leaf < self.size:
            raise ValueError(f"no leaf {leaf} in a log of {self.size:,}")

    def _commit(self, entries: Sequence[bytes], signers: Sequence[LogSigner] = ()) -> None:
        grown = self._edge.grown(entries)
        targets = [self._folder / path for path, _ in grown.files]
        folders = {self._folder}
        for parent in {target.parent for target in targets}:
            folders |= _made(parent, self._folder)
        _write_all(targets, [contents for _, contents in grown.files])
        _sync_folders(folders - {self._folder})
        checkpoint = Checkpoint(self._signer.name, grown.edge.size, grown.edge.root())
        made = [signer.sign(checkpoint, at_s=int(self._clock())) for signer in signers or (self._signer,)]
        note = made[0]._replace(signatures=tuple(one for each in made for one in each.signatures))
        _write(self._folder / CHECKPOINT, str(note).encode())
        _sync_folders({self._folder})
        self._edge, self._seen = grown.edge, self._stamp()

    def _refuse_closed(self) -> None:
        """Nothing follows an entry that ends the log, and nobody would believe a key after the one that follows it."""
        where = str(self._folder)
        if self.size and self._ends(self.entry(self.size - 1)):
            raise SettingsError("the log has ended", where=where, mend="note it in the log that follows it")
        mine = self._signer.verifiers[0]
        first = [one for one in self.checkpoint().signatures if one.name == mine.name]
        first = [one for one in first if len(one.value) == _ED25519_BYTES]
        if first and first[-1].key_id != mine.id:
            mend = "open it again; a change that was cut off is finished by: stillwatch log keys rotate"
            raise SettingsError("the log has changed its keys", where=where, mend=mend)

    def _read(self) -> None:
        """Take over what other processes have added."""
        stamp = self._stamp()
        if stamp == self._seen:
            return
        where = str(self._folder / CHECKPOINT)
        note = read_note((self._folder / CHECKPOINT).read_bytes(), where)
        policy = LogPolicy(origin=self._signer.name, log_keys=self._signer.verifiers)
        checkpoint = check_checkpoint(note, policy, where).checkpoint
        if checkpoint.size < self.size:
            raise VerificationError("the log has become shorter", where=where, mend=_MEND)
        try:
            edge = edge_of(checkpoint.size, lambda tile: self._bytes(tile.path), self._bytes, checkpoint.root)
        except VerificationError as error:
            raise VerificationError(error.what, where=where, mend=_MEND) from error
        if edge.size == self.size and edge != self._edge and self._seen != (0, 0):
            raise VerificationError("the log has become another one", where=where, mend=_MEND)
        self._edge, self._seen = edge, stamp

    def _stamp(self) -> tuple[int, int]:
        try:
            status = (self._folder / CHECKPOINT).stat()
        except FileNotFoundError as error:
            mend = "make one with: stillwatch log init"
            raise InputError("there is no transparency log", where=str(self._folder), mend=mend) from error
        return status.st_ino, status.st_mtime_ns

    def _hashes(self) -> HashAt:
        held: dict[Tile, bytes] = {}

        def read(tile: Tile) -> bytes:
            if tile not in held:
                held[tile] = self._bytes(tile.path)
            return held[tile]

        return hashes_from(read, self.size)

    def _bytes(self, path: str) -> bytes:
        try:
            return (self._folder / path).read_bytes()
        except FileNotFoundError as error:
            raise VerificationError(f"{path} is missing", where=str(self._folder), mend=_MEND) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """While nobody else writes to the log."""
    with (folder / _LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _made(folder: Path, root: Path) -> set[Path]:
    """The folder and those between it and the log's that were made for it: their entries must be written too."""
    if folder.is_dir():
        return {folder}
    above = _made(folder.parent, root)
    folder.mkdir()
    return {folder} | above


def _write(target: Path, contents: bytes) -> None:
    """Write it under another name and let it take its place once it lies on the disk."""
    unfinished = target.with_name(target.name + _UNFINISHED)
    with unfinished.open("wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)


def _write_all(targets: Sequence[Path], contents: Sequence[bytes]) -> None:
    """Write files that belong to no checkpoint yet, in any order.

    Many are written by several threads at once: each waits for the disk, which takes them together (of 65,536 entries
    four times as fast as one after the other).
    """
    if len(targets) < _MANY:
        for target, content in zip(targets, contents, strict=True):
            _write(target, content)
        return
    with ThreadPoolExecutor(_WRITERS) as pool:
        for _ in pool.map(_write, targets, contents):
            pass


def _sync_folders(folders: set[Path]) -> None:
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
