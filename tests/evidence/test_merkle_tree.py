from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.evidence.merkle_tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    leaf_hashes,
    node_hash,
    range_root,
    root_of,
    root_of_hashes,
)


def _defined(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 §2.1 defines it, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_defined(leaves[:split]), _defined(leaves[split:]))


@given(st.lists(st.binary(max_size=4), max_size=80))
def test_the_root_is_as_defined_however_it_grows(entries: list[bytes]) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    assert root_of(leaves) == _defined(leaves)
    assert leaf_hashes(entries) == b"".join(leaves)
    assert root_of_hashes(memoryview(b"".join(leaves))) == _defined(leaves)
    found = dict[tuple[int, int], bytes]()
    tree = Frontier()
    for leaf in leaves:
        found.update({(level, place): value for level, place, value in tree.grow(leaf)})
    assert tree.root() == _defined(leaves)
    if leaves:
        assert range_root(lambda level, place: found[level, place], 0, len(leaves)) == tree.root()


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_tree_goes_on_from_its_edge(before: int, after: int) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(before + after)]
    begun = Frontier()
    for leaf in leaves[:before]:
        begun.append(leaf)
    again = Frontier(before, begun._subtrees)
    for leaf in leaves[before:]:
        again.append(leaf)
    assert again.root() == root_of(leaves)


def _nowhere(level: int, place: int) -> bytes:
    raise AssertionError((level, place))


def test_roots_that_others_publish() -> None:
    assert root_of([]) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_leaf_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_path(_nowhere, index, size)


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_no_beginning_no_proof(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="no beginning"):
        consistency_path(_nowhere, old, size)


def test_an_edge_of_another_tree_is_refused() -> None:
    with pytest.raises(ValueError, match="1 subtrees for a tree of 3"):
        Frontier(3, [EMPTY_ROOT])
