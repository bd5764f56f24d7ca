"""The transparency log that an installation keeps of what it did: made once, opened by whoever notes something.

>>> from datetime import UTC, datetime
>>> from tempfile import TemporaryDirectory
>>> from pathlib import Path
>>> from stillwatch.core.leaf import Leaf, LeafKind
>>> leaf = Leaf(kind=LeafKind.FINDING, sha256="ab" * 32, noted_at=datetime(2026, 11, 22, tzinfo=UTC), about="c-1")
>>> with TemporaryDirectory() as folder:
...     log = EvidenceLog.make(Path(folder) / "evidence", "log.lab.example/2026", clock=lambda: 0.0)
...     log.note([leaf]), log.find("ab" * 32), log.leaf(0) == leaf
(range(0, 1), (0,), True)

    FOLDER/log.toml        origin, and the public keys that readers are told of (`service.evidence.log_settings`)
    FOLDER/log/            the log itself (`service.evidence.tile_log`); nothing in it is secret
    FOLDER/keys/           the private keys, readable for their owner alone; may be moved to where --keys says
    FOLDER/leaves.db       digest → number of the leaf; made anew from the log where it is missing

Only digests go into the log, so what is noted may be erased later and the log can still be checked.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from stillwatch.core.errors import SettingsError
from stillwatch.core.leaf import LeafKind
from stillwatch.evidence.cosignature import cosignatures
from stillwatch.evidence.leaf_entry import entry_of, read_entry
from stillwatch.service.evidence.ask_witness import ask_witness
from stillwatch.service.evidence.log_keys import make_log_keys, read_log_keys
from stillwatch.service.evidence.log_settings import SETTINGS, given_policy_of, policy_of, witnesses_of
from stillwatch.service.evidence.tile_log import TileLog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from stillwatch.core.leaf import Leaf
    from stillwatch.evidence.cosignature import Cosigned
    from stillwatch.evidence.log_signer import LogSigner
    from stillwatch.evidence.proof_file import LogProof
    from stillwatch.evidence.signed_note import Note
    from stillwatch.service.evidence.ask_witness import Post

LOG: Final = "log"
KEYS: Final = "keys"
ENDS: Final = "ends"
"""What the last leaf of a log that has a successor says that it is about."""
_INDEX: Final = "leaves.db"
_TABLE: Final = "CREATE TABLE IF NOT EXISTS leaves (sha256 TEXT NOT NULL, leaf INTEGER PRIMARY KEY)"
_BY_DIGEST: Final = "CREATE INDEX IF NOT EXISTS by_digest ON leaves (sha256)"


class EvidenceLog:
    """Open; use `make` the first time, `open` from then on."""

    def __init__(self, folder: Path, log: TileLog) -> None:
        self.folder = folder
        self._log = log

    @classmethod
    def make(
        cls, folder: Path, origin: str, *, clock: Callable[[], float], passphrase: bytes | None = None, first: str = ""
    ) -> EvidenceLog:
        """Begin a log, with keys of its own.

        Args:
            folder: Where nothing is yet.
            origin: The log's name for as long as it lives: a URL without its scheme, which need not lead anywhere.
            clock: Seconds since 1970 UTC.
            passphrase: Locks the private keys; the PIN of a token.
            first: Address of a key that is there and is to be the log's first one.

        Raises:
            SettingsError: There is one already, or the name is none that a key may bear.
        """
        if (folder / SETTINGS).exists():
            raise SettingsError("there is a log already", where=str(folder), mend="choose another folder")
        if not origin or "+" in origin or any(sign.isspace() for sign in origin):
            mend = "write it like lab.example/log-2026, without spaces and plus signs"
            raise SettingsError(f"{origin!r} cannot be a log's name", mend=mend)
        (folder / KEYS).mkdir(mode=0o700, parents=True)
        signer = make_log_keys(folder / KEYS, origin, passphrase=passphrase, first=first)
        keys = "".join(f'  "{one}",\n' for one in signer.verifiers)
        (folder / SETTINGS).write_text(f'origin = "{origin}"\nkeys = [\n{keys}]\n', "utf-8")
        return cls(folder, TileLog.make(folder / LOG, signer, clock=clock, ends=_is_end))

    @classmethod
    def open(
        cls, folder: Path, *, clock: Callable[[], float], passphrase: bytes | None = None, keys: Path | None = None
    ) -> EvidenceLog:
        """Open the log of a folder.

        Raises:
            SettingsError: There is none, or its keys cannot be read.
            VerificationError: It was changed.
        """
        origin = given_policy_of(folder).origin
        signer = read_log_keys(keys or folder / KEYS, origin, passphrase=passphrase)
        return cls(folder, TileLog(folder / LOG, signer, clock=clock, ends=_is_end))

    @property
    def size(self) -> int:
        return self._log.size

    def note(self, leaves: Sequence[Leaf]) -> range:
        """Note what happened; the numbers of the leaves hold for ever once this returns.

        Raises:
            OSError: It could not be written; nothing was noted.
        """
        first = self._log.append([entry_of(leaf) for leaf in leaves])
        self._index()
        return first

    def hand_over(self, leaves: Sequence[Leaf], to: LogSigner) -> range:
        """Note, under a checkpoint that the log's keys and those that follow them sign; from then on these sign alone.

        Raises:
            OSError: It could not be written; nothing was noted.
        """
        return self._log.hand_over([entry_of(leaf) for leaf in leaves], to)

    @property
    def signer(self) -> LogSigner:
        return self._log.signer

    def leaf(self, number: int) -> Leaf:
        """What was noted there.

        Raises:
            ValueError: Nothing was.
        """
        return read_entry(self._log.entry(number))

    def leaves(self, first: int = 0) -> Iterator[Leaf]:
        """What was noted, from one number on."""
        return map(read_entry, self._log.entries(first))

    def find(self, sha256: str) -> tuple[int, ...]:
        """The leaves that bear a digest, the first one first."""
        with self._index() as index:
            rows = index.execute("SELECT leaf FROM leaves WHERE sha256 = ? ORDER BY leaf", (sha256,))
            return tuple(leaf for (leaf,) in rows)

    def find_first(self, digests: Sequence[str]) -> dict[str, int]:
        """The first leaf of each digest that was noted."""
        with self._index() as index:
            ask = "SELECT min(leaf) FROM leaves WHERE sha256 = ?"
            found = {one: index.execute(ask, (one,)).fetchone()[0] for one in digests}
        return {one: leaf for one, leaf in found.items() if leaf is not None}

    def prove(self, number: int) -> LogProof:
        """The proof of a leaf, to be handed to whoever asks."""
        return self._log.prove(number)

    def consistency(self, old: int) -> list[bytes]:
        """The proof that the log of `old` leaves is the beginning of the present one."""
        return self._log.consistency(old)

    def checkpoint(self) -> Note:
        return self._log.checkpoint()

    def be_witnessed(self, post: Post) -> tuple[Cosigned, ...]:
        """Have the newest checkpoint signed by all witnesses that the settings name; what one signs stays there.

        Raises:
            PeerError: One does not answer, or refuses.
            VerificationError: What one gives is no signature of its.
        """
        for address in witnesses_of(self.folder):
            note = self.checkpoint()
            self._log.add_signatures(note, ask_witness(address, note, self._log.consistency, post=post))
        return cosignatures(self.checkpoint(), policy_of(self.folder).witnesses)

    def _index(self) -> sqlite3.Connection:
        """The index, brought up to the log: it holds nothing that the log does not."""
        index = sqlite3.connect(self.folder / _INDEX)
        with index:
            index.execute(_TABLE)
            index.execute(_BY_DIGEST)
            (known,) = index.execute("SELECT coalesce(max(leaf) + 1, 0) FROM leaves").fetchone()
            missing = ((read_entry(one).sha256, at) for at, one in enumerate(self._log.entries(known), known))
            index.executemany("INSERT OR IGNORE INTO leaves (sha256, leaf) VALUES (?, ?)", missing)
        return index


def _is_end(entry: bytes) -> bool:
    """A log that has named its successor has ended; one that names what it follows has only begun."""
    leaf = read_entry(entry)
    return leaf.kind is LeafKind.SUCCESSION and leaf.about == ENDS
