"""Proofs are checked as other projects check them; their vectors are read from where STILLWATCH_MERKLE_VECTORS says."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.merkle_proof import (
    check_consistency,
    check_inclusion,
    check_subtree_consistency,
    check_subtree_inclusion,
)
from stillwatch.evidence.merkle_tree import (
    consistency_path,
    full_subtrees,
    inclusion_path,
    is_subtree,
    joined,
    leaf_hash,
    node_hash,
    root_of,
)

_VECTORS = os.environ.get("STILLWATCH_MERKLE_VECTORS", "")
_LEAVES = [leaf_hash(bytes([number])) for number in range(70)]
_SIZES = st.integers(1, len(_LEAVES))


def _hash_at(level: int, place: int) -> bytes:
    return root_of(_LEAVES[place << level : (place + 1) << level])


@given(_SIZES, st.data())
def test_a_leaf_is_proved_where_it_stands_and_nowhere_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(_hash_at, index, size), root_of(_LEAVES[:size])
    check_inclusion(_LEAVES[index], index, size, path, root)
    for other in range(size):
        if other != index:
            with pytest.raises(VerificationError):
                check_inclusion(_LEAVES[index], other, size, path, root)
    for wrong in ([*path, root], path[:-1], path[1:], [*path[:-1], leaf_hash(b"x")] if path else [root]):
        if wrong != path:
            with pytest.raises(VerificationError):
                check_inclusion(_LEAVES[index], index, size, wrong, root)


@given(_SIZES, st.data())
def test_the_beginning_of_a_tree_is_proved_and_no_other_tree(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    path, root, old_root = consistency_path(_hash_at, old, size), root_of(_LEAVES[:size]), root_of(_LEAVES[:old])
    check_consistency(old, old_root, size, path, root)
    other = root_of([leaf_hash(b"forked"), *_LEAVES[1:old]])
    for claim in ((old, other, root), (old, old_root, other)):
        if claim[1] != claim[2]:
            with pytest.raises(VerificationError):
                check_consistency(claim[0], claim[1], size, path, claim[2])
    with pytest.raises(VerificationError):
        check_consistency(old, old_root, size, [*path, root], root)


def test_an_empty_tree_proves_nothing() -> None:
    with pytest.raises(VerificationError, match="nothing is proved"):
        check_consistency(0, root_of([]), 3, [], root_of(_LEAVES[:3]))
    with pytest.raises(VerificationError, match="no leaf"):
        check_inclusion(_LEAVES[0], 0, 0, [], root_of([]))


def test_a_hash_of_another_length_is_refused() -> None:
    with pytest.raises(VerificationError, match="32 bytes"):
        check_inclusion(_LEAVES[0], 0, 2, [b"short"], node_hash(_LEAVES[0], b"short"))


@given(st.integers(0, 69), st.integers(1, 70))
def test_a_subtree_is_as_its_leaves_are(start: int, end: int) -> None:
    if is_subtree(start, end):
        subtree = root_of(_LEAVES[start:end])
        assert joined([_hash_at(level, place) for level, place in full_subtrees(start, end)]) == subtree
        for index in range(start, end):
            path = inclusion_path(lambda level, place: _at(level, place, start), index - start, end - start)
            check_subtree_inclusion(_LEAVES[index], index, (start, end), path, subtree)
    else:
        with pytest.raises(ValueError, match="no subtree"):
            list(full_subtrees(start, end))


def _at(level: int, place: int, start: int) -> bytes:
    return root_of(_LEAVES[start + (place << level) : start + ((place + 1) << level)])


@pytest.mark.skipif(not _VECTORS, reason="STILLWATCH_MERKLE_VECTORS names no testdata of transparency-dev")
def test_vectors_of_transparency_dev() -> None:
    files = sorted(Path(_VECTORS).rglob("*.json"))
    wrong = [str(file) for file in files if _is_refused(json.loads(file.read_text())) != _wants(file)]
    assert (len(files) >= 196, wrong) == (True, [])


def _wants(file: Path) -> bool:
    return bool(json.loads(file.read_text())["wantErr"])


def _is_refused(case: dict[str, object]) -> bool:
    read = {name: _bytes(value) for name, value in case.items() if name.startswith(("root", "leafHash"))}
    path = [_bytes(one) for one in case["proof"] or ()]  # type: ignore[attr-defined]
    try:
        match case:
            case {"leafIdx": int(index), "treeSize": int(size)}:
                check_inclusion(read["leafHash"], index, size, path, read["root"])
            case {"leafIdx": int(index), "start": int(start), "end": int(end)}:
                check_subtree_inclusion(read["leafHash"], index, (start, end), path, read["root"])
            case {"size1": int(old), "size2": int(size)}:
                check_consistency(old, read["root1"], size, path, read["root2"])
            case {"start": int(start), "end": int(end), "size": int(size)}:
                check_subtree_consistency((start, end), read["root1"], size, path, read["root2"])
            case _:
                raise AssertionError(case)
    except VerificationError:
        return True
    return False


def _bytes(value: object) -> bytes:
    return base64.b64decode(str(value)) if value else b""
