"""Tiles: paths and counts of the specification, and hashes read back from them."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.merkle_tree import leaf_hash, range_root, root_of
from stillwatch.evidence.tiles import (
    Tile,
    bundle_path,
    hashes_from,
    pack_entries,
    tile_at,
    tiles_of,
    unpack_entries,
)

_LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(66_000)]


def test_paths_of_the_specification() -> None:
    assert Tile(0, 1234067).path == "tile/0/x001/x234/067"
    assert bundle_path(1234067, 5) == "tile/entries/x001/x234/067.p/5"


@pytest.mark.parametrize(
    ("size", "full", "parts"),
    [(0, {}, []), (256, {0: 1}, [(1, 1)]), (70_000, {0: 273, 1: 1}, [(0, 112), (1, 17), (2, 1)])],
)
def test_counts_of_the_specification(size: int, full: dict[int, int], parts: list[tuple[int, int]]) -> None:
    tiles = list(tiles_of(size))
    whole = [tile.level for tile in tiles if tile.width == 256]
    assert {level: whole.count(level) for level in set(whole)} == full
    assert [(tile.level, tile.width) for tile in tiles if tile.width < 256] == parts
    assert [tile_at(tile.level, tile.number, size) for tile in tiles] == tiles


@cache
def _hash_of_tile(level: int, number: int) -> bytes:
    span = 256**level
    return root_of(_LEAVES[number * span : (number + 1) * span])


@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 511, 1000, 65_535, 65_536, 65_537, 66_000])
def test_the_root_is_read_from_tiles(size: int) -> None:
    read = list[str]()

    def contents(tile: Tile) -> bytes:
        read.append(tile.path)
        return b"".join(_hash_of_tile(tile.level, tile.number * 256 + at) for at in range(tile.width))

    assert range_root(hashes_from(contents, size), 0, size) == root_of(_LEAVES[:size])
    assert set(read) <= {tile.path for tile in tiles_of(size)}


def _one_hash(tile: Tile) -> bytes:
    return bytes(32 * min(1, tile.width))


def test_a_tile_that_is_too_short_is_refused() -> None:
    with pytest.raises(VerificationError, match=r"tile/0/000\.p/3 holds 32 bytes"):
        range_root(hashes_from(_one_hash, 3), 0, 3)
    with pytest.raises(ValueError, match="no tile 1 of level 0"):
        tile_at(0, 1, 256)


@given(st.lists(st.binary(max_size=20), max_size=8))
def test_entries_are_read_back(entries: list[bytes]) -> None:
    packed = pack_entries(entries)
    assert unpack_entries(packed) == entries
    if packed:
        with pytest.raises(VerificationError):
            unpack_entries(packed[:-1])


def test_an_entry_has_a_longest_length() -> None:
    assert unpack_entries(pack_entries([bytes(65_535)])) == [bytes(65_535)]
    with pytest.raises(ValueError, match="65,535"):
        pack_entries([bytes(65_536)])
