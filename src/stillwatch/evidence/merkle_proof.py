"""Check that a leaf is in a tree, or that one tree is the beginning of another: RFC 9162 §2.1.3.2 and §2.1.4.2.

>>> from stillwatch.evidence.merkle_tree import leaf_hash, node_hash
>>> left, right = leaf_hash(b"a"), leaf_hash(b"b")
>>> check_inclusion(right, 1, 2, [left], node_hash(left, right))
>>> check_inclusion(right, 0, 2, [left], node_hash(left, right))
Traceback (most recent call last):
    ...
stillwatch.core.errors.VerificationError: the proof does not lead to the root of the tree

A tree of no leaves is the beginning of any other, so a proof of that says nothing: it is refused, as is a proof that is
longer or shorter than the trees demand. Subtrees, of any leaves that have a hash of their own, are checked as in the
draft on Merkle Tree Certificates (draft-ietf-plants-merkle-tree-certs, §4); a tree is the subtree that begins at 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.merkle_tree import EMPTY_ROOT, HASH_BYTES, is_subtree, node_hash

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf stands at `index` in the tree of `size` leaves with this root.

    Raises:
        VerificationError: It does not.
    """
    check_subtree_inclusion(leaf, index, (0, size), path, root)


def check_consistency(old: int, old_root: bytes, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Check that the tree of `old` leaves is the beginning of the tree of `size` leaves.

    Raises:
        VerificationError: It is not.
    """
    if old <= 0:
        raise VerificationError("an empty tree is the beginning of any: nothing is proved")
    check_subtree_consistency((0, old), old_root, size, path, root)


def check_subtree_inclusion(
    leaf: bytes, index: int, subtree: tuple[int, int], path: Sequence[bytes], root: bytes
) -> None:
    """Check that a leaf stands at `index` in the subtree of the leaves from its first to before its second number.

    Raises:
        VerificationError: It does not.
    """
    start, end = subtree
    if not is_subtree(start, end) or not start <= index < end:
        raise VerificationError(f"no leaf {index} among those of [{start}, {end})")
    _check_lengths((leaf, *path))
    found = leaf
    for step in _steps(0, index - start, end - start - 1, path):
        found = node_hash(step.beside, found) if step.is_left else node_hash(found, step.beside)
    if found != root:
        raise VerificationError("the proof does not lead to the root of the tree")


def check_subtree_consistency(
    subtree: tuple[int, int], subtree_root: bytes, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Check that a subtree is part of the tree of `size` leaves; a subtree of no leaves is part of any.

    Raises:
        VerificationError: It is not.
    """
    start, end = subtree
    if start == end <= size and subtree_root == EMPTY_ROOT and not path:
        return
    if not is_subtree(start, end) or end > size:
        raise VerificationError(f"no leaves [{start}, {end}) in a tree of {size}")
    _check_lengths(path)
    first, place, last = start, end - 1, size - 1
    while first != place and (place == last or place & 1):  # up to the root of a full subtree that the proof begins at
        first, place, last = first >> 1, place >> 1, last >> 1
    if first != place and not path:
        raise VerificationError("the proof is empty")
    old = new = subtree_root if first == place else path[0]
    for step in _steps(first, place, last, path if first == place else path[1:]):
        if step.is_left and step.is_old:
            old = node_hash(step.beside, old)
        new = node_hash(step.beside, new) if step.is_left else node_hash(new, step.beside)
    if old != subtree_root:
        raise VerificationError("the proof does not lead to the root of the smaller tree")
    if new != root:
        raise VerificationError("the proof does not lead to the root of the tree")


class _Step(NamedTuple):
    beside: bytes
    is_left: bool
    """Whether that hash stands on the left of what was made so far."""
    is_old: bool
    """Whether it is part of the smaller tree too, where it stands on the left."""


def _steps(first: int, place: int, last: int, path: Sequence[bytes]) -> Iterator[_Step]:
    """The way up from the node at `place` of its level, `last` being the last node of that level."""
    for beside in path:
        if last == 0:
            raise VerificationError("the proof is too long for the tree")
        is_left = place & 1 == 1 or place == last
        yield _Step(beside, is_left, first < place)
        while is_left and not place & 1 and place:
            first, place, last = first >> 1, place >> 1, last >> 1
        first, place, last = first >> 1, place >> 1, last >> 1
    if last != 0:
        raise VerificationError("the proof is too short for the tree")


def _check_lengths(hashes: Sequence[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise VerificationError(f"a hash is not {HASH_BYTES} bytes long")
