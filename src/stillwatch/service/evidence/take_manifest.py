"""Seal a folder or a file: hash all of it, and sign what there is in the form that `model_signing` checks too.

What is sealed is only read. The signature is the caller's to keep, beside what it is of rather than in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.evidence.file_manifest import WHOLE, FileManifest, Part, SealedPart
from stillwatch.service.evidence.hash_files import ToHash, hash_files
from stillwatch.service.evidence.list_files import list_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stillwatch.service.evidence.hash_files import HashingRun
    from stillwatch.service.evidence.list_files import ListedFile, Listing

GIT: Final = (".git", ".gitattributes", ".github", ".gitignore")
"""What `model_signing` leaves out if nobody asks otherwise, so that its check of our seals needs no option."""
_HASHES: Final = ("sha256", "blake3")


@dataclass(frozen=True, slots=True, kw_only=True)
class SealOptions:
    name: str = ""
    """For people; that of the folder or file if empty."""
    shard_size: int = 0
    """Bytes of a part; 0: whole files, which is what the command `model_signing verify` asks for."""
    follows_links: bool = False
    ignored: tuple[str, ...] = GIT


class MadeManifest(NamedTuple):
    manifest: FileManifest
    left_out: tuple[str, ...]
    """Of the paths that are ignored, those that are there."""


def take_manifest(root: Path, options: SealOptions, run: HashingRun | None = None) -> MadeManifest:
    """Hash all that is there, by SHA-256 and by BLAKE3.

    Args:
        root: A folder or a file.
        options: How.
        run: How it is hashed.

    Raises:
        InputError: Something there cannot be sealed or read, or there is nothing.
    """
    listing = list_files(root, follows_links=options.follows_links, ignored=options.ignored)
    _refuse_unsealable(root, listing)
    sizes: dict[Part, int] = {}
    work = []
    for one in to_hash(root, listing, options):
        sizes[one.part] = one.size
        work.append(one)
    if not work:
        raise InputError("there is no file to seal", where=str(root), mend="name another folder")
    hashed = {one.part: one.digests for one in hash_files(work, _HASHES, run)}
    parts = tuple(
        SealedPart(part, hashed[part]["sha256"], sizes[part], hashed[part]["blake3"])
        for part in sorted(hashed, key=lambda one: one.order)
    )
    manifest = FileManifest(
        name=options.name or root.resolve().name,
        parts=parts,
        shard_size=options.shard_size,
        follows_links=options.follows_links,
        ignored=tuple(sorted(options.ignored)),
    )
    return MadeManifest(manifest, listing.ignored)


def to_hash(root: Path, listing: Listing, options: SealOptions) -> Iterator[ToHash]:
    """What is to be hashed, file by file or part by part; an empty file has no part, as with `model_signing`."""
    for file in listing.files:
        for part, size in _parts(file, options.shard_size):
            path = str(root) if file.path == WHOLE else f"{root}/{file.path}"
            yield ToHash(path, part, size, file.state, options.follows_links)


def _parts(file: ListedFile, shard_size: int) -> Iterator[tuple[Part, int]]:
    if not shard_size:
        yield Part(file.path), file.state.size
        return
    for start in range(0, file.state.size, shard_size):
        end = min(start + shard_size, file.state.size)
        yield Part(file.path, start, end), end - start


def _refuse_unsealable(root: Path, listing: Listing) -> None:
    if listing.odd:
        first = listing.odd[0]
        more = f", and {len(listing.odd) - 1:,} more like it" if len(listing.odd) > 1 else ""
        mend = "take it away, or follow links if that is what it is"
        raise InputError(f"{first.why}{more}", where=str(root / first.path), mend=mend)
