"""Where the hashes of a log lie: tiles of 256, eight levels of the tree in one step (c2sp.org/tlog-tiles).

>>> Tile(0, 1234067).path, Tile(1, 0, 17).path, bundle_path(3)
('tile/0/x001/x234/067', 'tile/1/000.p/17', 'tile/entries/003')
>>> [tile.path for tile in tiles_of(70_000)][-4:]
['tile/0/273.p/112', 'tile/1/000', 'tile/1/001.p/17', 'tile/2/000.p/1']

A full tile never changes. One that is not full lies beside it under the number of its hashes, and is never hashed into
the level above.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.merkle_tree import HASH_BYTES, root_of_full

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stillwatch.evidence.merkle_tree import HashAt

WIDTH: Final = 256
_LEVELS: Final = 8
"""Levels of the tree in one of tiles."""
LONGEST_ENTRY: Final = 65_535


class Tile(NamedTuple):
    level: int
    """Of tiles: its hashes are of full subtrees of 256^level leaves."""
    number: int
    """From the left, within its level."""
    width: int = WIDTH

    @property
    def path(self) -> str:
        return f"tile/{self.level}/{_path_of(self.number)}{_part(self.width)}"


def bundle_path(number: int, width: int = WIDTH) -> str:
    """Where the entries lie whose hashes a tile of level 0 holds."""
    return f"tile/entries/{_path_of(number)}{_part(width)}"


def tiles_of(size: int) -> Iterator[Tile]:
    """All tiles of a tree, level by level."""
    level = 0
    while size:
        full, rest = divmod(size, WIDTH)
        yield from (Tile(level, number) for number in range(full))
        if rest:
            yield Tile(level, full, rest)
        level, size = level + 1, full


def tile_at(level: int, number: int, size: int) -> Tile:
    """A tile as it is in a tree of `size` leaves.

    Raises:
        ValueError: That tree has none there.
    """
    width = min(WIDTH, (size >> _LEVELS * level) - number * WIDTH)
    if width <= 0:
        raise ValueError(f"no tile {number} of level {level} in a tree of {size}")
    return Tile(level, number, width)


def hashes_from(read: Callable[[Tile], bytes], size: int) -> HashAt:
    """Hashes of full subtrees of a tree, from its tiles.

    Args:
        read: Gives the bytes of a tile.
        size: Leaves of the tree; tiles of no other are asked for.
    """

    def hash_at(level: int, place: int) -> bytes:
        above, below = divmod(level, _LEVELS)
        first = place << below
        tile = tile_at(above, first // WIDTH, size)
        data = read(tile)
        if len(data) != tile.width * HASH_BYTES:
            raise VerificationError(f"{tile.path} holds {len(data)} bytes, not {tile.width * HASH_BYTES}")
        start = first % WIDTH * HASH_BYTES
        return root_of_full(data[start : start + (HASH_BYTES << below)])

    return hash_at


def pack_entries(entries: Sequence[bytes]) -> bytes:
    """A bundle: each entry with its length before it.

    Raises:
        ValueError: An entry is longer than 65,535 bytes.
    """
    if max(map(len, entries), default=0) > LONGEST_ENTRY:
        raise ValueError(f"an entry is longer than {LONGEST_ENTRY:,} bytes")
    return b"".join([len(entry).to_bytes(2, "big") + entry for entry in entries])


def unpack_entries(data: bytes) -> list[bytes]:
    """The entries of a bundle.

    Raises:
        VerificationError: It is cut short.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or at + 2 > len(data):
            raise VerificationError("a bundle of entries is cut short")
        entries.append(data[at + 2 : end])
        at = end
    return entries


def _path_of(number: int) -> str:
    """In groups of three digits, all but the last behind an `x`."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups))


def _part(width: int) -> str:
    return f".p/{width}" if width < WIDTH else ""
