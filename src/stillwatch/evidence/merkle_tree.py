"""The Merkle tree of a log: RFC 6962 §2.1 (RFC 9162 §2.1), with SHA-256.

>>> tree = Frontier()
>>> for entry in (b"a", b"b", b"c"):
...     tree.append(leaf_hash(entry))
>>> tree.size, tree.root().hex()[:8]
(3, '36642e73')

A leaf's hash begins with a zero byte and a node's with a one, so that no leaf can be passed off as a node. The tree
over n leaves is split at the largest power of two below n, so that a full subtree never changes again: what has to be
kept in memory to append is one hash for each bit of n (`Frontier`), and every other hash can be read from where it was
written (`evidence.tiles`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    HashAt = Callable[[int, int], bytes]
    """(level, place) → the hash of the full subtree of 2^level leaves that begins at place × 2^level."""

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256().digest()
_LEAF: Final = b"\x00"
_NODE: Final = b"\x01"
_PIECE_BYTES: Final = HASH_BYTES << 12
"""So much is hashed at a time: it stays in the processor's cache."""


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(_LEAF + entry).digest()


def leaf_hashes(entries: Sequence[bytes]) -> bytes:
    """Of many leaves, side by side."""
    sha256 = hashlib.sha256
    return b"".join([sha256(_LEAF + entry).digest() for entry in entries])


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


class Frontier:
    """The full subtrees at the right edge of a tree, from the largest to the smallest: all that appending needs."""

    def __init__(self, size: int = 0, subtrees: Sequence[bytes] = ()) -> None:
        """Go on from a tree that was.

        Args:
            size: Number of leaves.
            subtrees: One hash for each bit that is set in the size, from the highest.

        Raises:
            ValueError: There are more or fewer of them.
        """
        if len(subtrees) != size.bit_count():
            raise ValueError(f"{len(subtrees)} subtrees for a tree of {size} leaves")
        self.size = size
        self._subtrees = list(subtrees)

    def append(self, leaf: bytes) -> None:
        """Add the hash of a leaf."""
        for _ in self.grow(leaf):
            pass

    def grow(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add the hash of a leaf; give (level, place, hash) of each full subtree that it completes, itself first."""
        place, level, found = self.size, 0, leaf
        subtrees = self._subtrees
        yield 0, place, found
        while place & 1:
            found = node_hash(subtrees.pop(), found)
            place >>= 1
            level += 1
            yield level, place, found
        subtrees.append(found)
        self.size += 1

    def root(self) -> bytes:
        """The hash of the whole tree."""
        return joined(self._subtrees)


def joined(subtrees: Sequence[bytes]) -> bytes:
    """The root over full subtrees that lie side by side, from the largest to the smallest."""
    if not subtrees:
        return EMPTY_ROOT
    found = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        found = node_hash(left, found)
    return found


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over hashes of leaves, in memory that does not grow with their number."""
    tree = Frontier()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def root_of_full(hashes: bytes) -> bytes:
    """The root over the hashes of a full subtree, side by side; their number is a power of two."""
    sha256, pair = hashlib.sha256, 2 * HASH_BYTES
    while len(hashes) > HASH_BYTES:
        hashes = b"".join([sha256(_NODE + hashes[at : at + pair]).digest() for at in range(0, len(hashes), pair)])
    return hashes


def root_of_hashes(hashes: bytes | memoryview) -> bytes:
    """The root over the hashes of leaves that lie side by side, many of them: a piece at a time, few calls a leaf."""
    roots = []
    for level, place in full_subtrees(0, len(hashes) // HASH_BYTES) if hashes else ():
        size = HASH_BYTES << level
        piece = min(size, _PIECE_BYTES)
        starts = range(place * size, (place + 1) * size, piece)
        roots.append(root_of_full(b"".join(root_of_full(bytes(hashes[at : at + piece])) for at in starts)))
    return joined(roots)


def full_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """(level, place) of the full subtrees that make up the leaves from `start` to before `end`, from the left.

    Raises:
        ValueError: No subtree of a log lies there: `start` is no multiple of the next power of two.
    """
    if not is_subtree(start, end):
        raise ValueError(f"no subtree of a log lies at [{start}, {end})")
    at = start
    while at < end:
        level = (end - at).bit_length() - 1
        yield level, at >> level
        at += 1 << level


def is_subtree(start: int, end: int) -> bool:
    """Whether the leaves from `start` to before `end` have a hash of their own: that of a tree as large as they are."""
    if not 0 <= start < end:
        return False
    return start % (1 << (end - start - 1).bit_length()) == 0


def range_root(hash_at: HashAt, start: int, end: int) -> bytes:
    """The root over the leaves from `start` to before `end`, from hashes of full subtrees."""
    return joined([hash_at(level, place) for level, place in full_subtrees(start, end)])


def inclusion_path(hash_at: HashAt, index: int, size: int) -> list[bytes]:
    """The proof that the leaf at `index` is one of the first `size`: RFC 6962 §2.1.1, from the leaf to the root.

    Raises:
        ValueError: There is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(range_root(hash_at, middle, end))
            end = middle
        else:
            path.append(range_root(hash_at, start, middle))
            start = middle
    return path[::-1]


def consistency_path(hash_at: HashAt, old: int, size: int) -> list[bytes]:
    """The proof that the first `old` leaves are those of the tree of `old` leaves: RFC 6962 §2.1.2.

    Raises:
        ValueError: The old tree is empty, or the larger one.
    """
    if not 0 < old <= size:
        raise ValueError(f"a tree of {old} leaves is no beginning of one of {size}")
    path: list[bytes] = []
    start, end, is_known = 0, size, True
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(range_root(hash_at, middle, end))
            end = middle
        else:
            path.append(range_root(hash_at, start, middle))
            start, is_known = middle, False
    if not is_known:
        path.append(range_root(hash_at, start, end))
    return path[::-1]


def _split(count: int) -> int:
    """The largest power of two below a number of at least two."""
    return 1 << (count - 1).bit_length() - 1
