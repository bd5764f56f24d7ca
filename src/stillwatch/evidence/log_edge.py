"""The right edge of a log, grown by many entries at once: which tiles and bundles come to be, and what is left open.

>>> from stillwatch.evidence.merkle_tree import leaf_hash
>>> grown = LogEdge().grown([b"a", b"b"])
>>> [path for path, _ in grown.files], grown.edge.size
(['tile/entries/000.p/2', 'tile/0/000.p/2'], 2)
>>> grown.edge.root() == root_of([leaf_hash(b"a"), leaf_hash(b"b")])
True

An edge never changes; whoever writes the files keeps the old one until they lie safe, so that a disk that is full loses
nothing that was told of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.merkle_tree import HASH_BYTES, leaf_hashes, range_root, root_of, root_of_full
from stillwatch.evidence.tiles import WIDTH, Tile, bundle_path, hashes_from, pack_entries, tile_at, unpack_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class LogEdge:
    """A tree, as far as it takes to add to it."""

    size: int = 0
    tiles: tuple[bytes, ...] = ()
    """Level by level the hashes of the tile that is not full; empty where the last one is."""
    bundle: bytes = b""
    """The entries of that tile of level 0."""

    def root(self) -> bytes:
        return range_root(hashes_from(self._tile, self.size), 0, self.size) if self.size else root_of(())

    def _tile(self, tile: Tile) -> bytes:
        return self.tiles[tile.level]

    def grown(self, entries: Sequence[bytes]) -> Grown:
        """Add entries.

        Raises:
            ValueError: An entry is longer than 65,535 bytes.
        """
        files: list[tuple[str, bytes]] = []
        above: list[bytes] = []
        open_ = self.size % WIDTH
        number = self.size // WIDTH
        hashes, bundle = (self.tiles[0] if self.tiles else b""), self.bundle
        at = 0
        while at < len(entries):
            taken = entries[at : at + WIDTH - open_]
            at += len(taken)
            open_ += len(taken)
            bundle += pack_entries(taken)
            hashes += leaf_hashes(taken)
            files.append((bundle_path(number, open_), bundle))
            files.append((Tile(0, number, open_).path, hashes))
            if open_ == WIDTH:
                above.append(root_of_full(hashes))
                number, open_, hashes, bundle = number + 1, 0, b"", b""
        size = self.size + len(entries)
        tiles = _grown_above(self, size, above, files)
        return Grown(LogEdge(size, (hashes, *tiles), bundle), tuple(files))


class Grown(NamedTuple):
    edge: LogEdge
    files: tuple[tuple[str, bytes], ...]
    """Path within the log and contents; all of them must lie safe before a checkpoint of that edge is shown."""


def edge_of(size: int, tile: Callable[[Tile], bytes], bundle: Callable[[str], bytes], root: bytes) -> LogEdge:
    """The edge of a log that lies in files.

    Args:
        size: Leaves that its checkpoint states.
        tile: Reads a tile.
        bundle: Reads what lies at a path.
        root: That its checkpoint states.

    Raises:
        VerificationError: What lies there is another tree.
    """
    tiles: list[bytes] = []
    rest = size
    while rest:
        number, width = divmod(rest, WIDTH)
        tiles.append(tile(Tile(len(tiles), number, width)) if width else b"")
        rest = number
    width = size % WIDTH
    open_ = bundle(bundle_path(size // WIDTH, width)) if width else b""
    found = LogEdge(size, tuple(tiles), open_)
    if leaf_hashes(unpack_entries(open_)) != (tiles[0] if tiles else b"") or found.root() != root:
        raise VerificationError(f"the {size:,} leaves that lie there have another root than the checkpoint states")
    return found


def _grown_above(edge: LogEdge, size: int, hashes: list[bytes], files: list[tuple[str, bytes]]) -> list[bytes]:
    """What stays open of each level above the first; its tiles are added to `files`."""
    tiles: list[bytes] = []
    level = 1
    while size >> 8 * level:
        before = edge.tiles[level] if level < len(edge.tiles) else b""
        number = (edge.size >> 8 * level) // WIDTH
        whole = before + b"".join(hashes)
        hashes = []
        for start in range(0, len(whole), WIDTH * HASH_BYTES):
            part = whole[start : start + WIDTH * HASH_BYTES]
            if len(part) > (len(before) if start == 0 else 0):
                files.append((tile_at(level, number, size).path, part))
            if len(part) == WIDTH * HASH_BYTES:
                hashes.append(root_of_full(part))
            number += 1
        tiles.append(whole[len(whole) // (WIDTH * HASH_BYTES) * (WIDTH * HASH_BYTES) :])
        level += 1
    return tiles
