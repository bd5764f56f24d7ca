"""However a log grows, the same files lie there in the end as if it had been written at once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.log_edge import LogEdge, edge_of
from stillwatch.evidence.merkle_tree import leaf_hash, root_of
from stillwatch.evidence.tiles import Tile, bundle_path, tiles_of

_ENTRIES = [b"%d" % number for number in range(66_000)]


def _needed(size: int) -> set[str]:
    """All files of a log of that size."""
    full, rest = divmod(size, 256)
    bundles = {bundle_path(number) for number in range(full)} | ({bundle_path(full, rest)} if rest else set())
    return bundles | {tile.path for tile in tiles_of(size)}


@given(st.lists(st.integers(1, 700), max_size=5))
@example([65_536])
@example([65_535, 1])
@example([65_300, 300])
def test_all_files_are_there_and_the_root_is_right(steps: list[int]) -> None:
    edge, files = LogEdge(), dict[str, bytes]()
    for step in steps:
        grown = edge.grown(_ENTRIES[edge.size : edge.size + step])
        files.update(grown.files)
        edge = grown.edge
        assert _needed(edge.size) <= files.keys()
    assert edge.root() == root_of(map(leaf_hash, _ENTRIES[: edge.size]))
    at_once = dict(LogEdge().grown(_ENTRIES[: edge.size]).files)
    assert {path: files[path] for path in _needed(edge.size)} == {path: at_once[path] for path in _needed(edge.size)}
    assert edge_of(edge.size, lambda tile: files[tile.path], lambda path: files[path], edge.root()) == edge


@given(st.integers(1, 600), st.data())
def test_files_that_were_changed_are_noticed(size: int, data: st.DataObject) -> None:
    grown = LogEdge().grown(_ENTRIES[:size])
    files = dict(grown.files)
    root = grown.edge.root()
    at_edge = [Tile(0, size // 256, size % 256).path, bundle_path(size // 256, size % 256)] if size % 256 else []
    at_edge += [Tile(1, 0, size >> 8).path] if size >> 8 else []
    path = data.draw(st.sampled_from(at_edge))
    bit = data.draw(st.integers(0, len(files[path]) * 8 - 1))
    changed = bytearray(files[path])
    changed[bit // 8] ^= 1 << bit % 8
    files[path] = bytes(changed)
    with pytest.raises(VerificationError):
        edge_of(size, lambda tile: files[tile.path], lambda path: files[path], root)


def test_an_edge_is_never_changed() -> None:
    edge = LogEdge().grown(_ENTRIES[:300]).edge
    roots = {edge.root(), edge.grown(_ENTRIES[300:301]).edge.root(), edge.root()}
    assert len(roots) == 2
    assert [one.size for one, _ in pairwise([edge, edge.grown([b"x"]).edge])] == [300]
