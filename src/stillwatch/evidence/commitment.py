"""Commit to many records at once, such that any one can later be shown and none of the others is told of.

>>> secret = bytes(32)
>>> tree = CommittedBatch.of([b"one", b"two", b"three"], secret)
>>> shown = Opening(1, salt_of(secret, 1), b"two", tuple(tree.path(1)))
>>> check_opening(shown, tree.size, tree.root)
>>> check_opening(shown._replace(record=b"two?"), tree.size, tree.root)
Traceback (most recent call last):
    ...
stillwatch.core.errors.VerificationError: the proof does not lead to the root of the tree

The leaf of a record is the hash of a salt and of its bytes, so that whoever has the hashes of its neighbours cannot
guess at what they say. Salts are made from one secret, which is all that has to be kept, and all that has to be
destroyed for nobody ever to be able to show a record again: they stand side by side in the stream that SHAKE-256
(FIPS 202) makes of it, so that all of a batch cost one call, and those that were shown tell nothing of the others.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.evidence.merkle_proof import check_inclusion
from stillwatch.evidence.merkle_tree import HASH_BYTES, inclusion_path, leaf_hash, root_of_hashes

if TYPE_CHECKING:
    from collections.abc import Sequence

SECRET_BYTES: Final = 32
SALT_BYTES: Final = 32
_STREAM: Final = b"stillwatch salts of a batch/1\n"


def salt_of(secret: bytes, number: int) -> bytes:
    """The salt of a record, by its number in the batch."""
    return _salts(secret, number + 1)[number * SALT_BYTES :]


def committed(secret: bytes, records: Sequence[bytes]) -> bytes:
    """The leaves of the records of a batch, side by side."""
    salts = _salts(secret, len(records))
    starts = range(0, len(salts), SALT_BYTES)
    return b"".join(
        [leaf_hash(salts[at : at + SALT_BYTES] + record) for at, record in zip(starts, records, strict=True)]
    )


def _salts(secret: bytes, count: int) -> bytes:
    return hashlib.shake_256(_STREAM + secret).digest(count * SALT_BYTES)


class CommittedBatch:
    """The leaves of a batch, 32 bytes a record, side by side."""

    def __init__(self, leaves: bytes | memoryview) -> None:
        """Open what was kept, or the map of a file.

        Raises:
            InputError: It is cut short.
        """
        if len(leaves) % HASH_BYTES:
            raise InputError(f"{len(leaves)} bytes of hashes, no multiple of {HASH_BYTES}", mend="restore the file")
        self.leaves = leaves
        self.size = len(leaves) // HASH_BYTES
        self._held: dict[tuple[int, int], bytes] = {}

    @classmethod
    def of(cls, records: Sequence[bytes], secret: bytes) -> CommittedBatch:
        return cls(committed(secret, records))

    @property
    def root(self) -> bytes:
        return root_of_hashes(self.leaves)

    def path(self, number: int) -> list[bytes]:
        """The proof of a record.

        Raises:
            ValueError: There is none of that number.
        """
        return inclusion_path(self._hash_at, number, self.size)

    def _hash_at(self, level: int, place: int) -> bytes:
        if (level, place) not in self._held:
            span = HASH_BYTES << level
            self._held[level, place] = root_of_hashes(self.leaves[place * span : (place + 1) * span])
        return self._held[level, place]


class Opening(NamedTuple):
    """One record, shown."""

    number: int
    """In its batch, from 0."""
    salt: bytes
    record: bytes
    path: tuple[bytes, ...]


def check_opening(shown: Opening, size: int, root: bytes) -> None:
    """Check that a record is the one that was committed to.

    Raises:
        VerificationError: It is not.
    """
    check_inclusion(leaf_hash(shown.salt + shown.record), shown.number, size, shown.path, root)
