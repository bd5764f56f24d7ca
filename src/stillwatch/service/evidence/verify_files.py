"""Check a folder or a file against its seal, ours or one that `model_signing` made."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.compare_files import Content, Difference, DifferenceKind, compare_files
from stillwatch.evidence.file_manifest import Part, root_of_manifest
from stillwatch.service.evidence.hash_files import hash_files
from stillwatch.service.evidence.list_files import list_files
from stillwatch.service.evidence.take_manifest import SealOptions, to_hash

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.evidence.file_manifest import FileManifest
    from stillwatch.service.evidence.hash_files import HashingRun, ToHash

_BLAKE3 = "blake3"


class VerifiedFiles(NamedTuple):
    differences: tuple[Difference, ...]
    files: int
    """That were hashed."""
    size: int
    """Bytes that were hashed."""
    left_out: tuple[str, ...]
    """Paths that are there and that the seal says nothing of."""
    algorithm: str
    root: str
    """The digest by which statements name what was sealed, hex."""


def verify_files(
    root: Path,
    manifest: FileManifest,
    run: HashingRun | None = None,
    *,
    is_fast: bool = False,
    beside: Iterable[Path] = (),
) -> VerifiedFiles:
    """Compare what is there with what was sealed.

    Args:
        root: A folder or a file.
        manifest: Of a signature that was checked.
        run: How it is hashed.
        is_fast: By BLAKE3 alone, which the seal must have.
        beside: Files that are no part of it wherever they lie, such as the signature itself.

    Raises:
        InputError: There is nothing, or a file cannot be read.
        VerificationError: The seal has no digest of that kind.
    """
    if is_fast and not all(one.blake3 for one in manifest.parts):
        raise VerificationError("the seal has no BLAKE3", mend="check it without --fast")
    algorithm = _BLAKE3 if is_fast else manifest.algorithm
    own = _below(root, beside)
    listing = list_files(root, follows_links=manifest.follows_links, ignored=(*manifest.ignored, *own))
    options = SealOptions(shard_size=manifest.shard_size, follows_links=manifest.follows_links)
    sizes = {one.part: one.size for one in manifest.parts}
    work, differing = _split_by_size(to_hash(root, listing, options), sizes)
    hashed = hash_files(work, (algorithm,), run)
    there = _contents((*((one.part, one.digests[algorithm]) for one in hashed), *((part, "") for part in differing)))
    sealed = _contents((one.part, one.blake3 if is_fast else one.digest) for one in manifest.parts)
    odd = {one.path: Difference(DifferenceKind.UNSEALABLE, one.path, one.why.value) for one in listing.odd}
    plain = (one for one in compare_files(sealed, there) if one.path not in odd)
    return VerifiedFiles(
        differences=tuple(sorted((*plain, *odd.values()), key=lambda one: one.path)),
        files=len(listing.files),
        size=sum(one.size for one in work),
        left_out=tuple(one for one in listing.ignored if one not in own),
        algorithm=algorithm,
        root=root_of_manifest(manifest),
    )


def _split_by_size(work: Iterable[ToHash], sizes: dict[Part, int | None]) -> tuple[list[ToHash], list[Part]]:
    """What has to be hashed, and what is known to differ since it is of another length than was sealed."""
    same: list[ToHash] = []
    differing: list[Part] = []
    for one in work:
        sealed = sizes.get(one.part)
        if sealed is not None and sealed != one.size:
            differing.append(one.part)
        else:
            same.append(one)
    return same, differing


def _contents(parts: Iterable[tuple[Part, str]]) -> dict[str, tuple[Content, ...]]:
    found: dict[str, list[Content]] = defaultdict(list)
    for part, digest in parts:
        found[part.path].append(Content(part.start, digest))
    return {path: tuple(sorted(contents)) for path, contents in found.items()}


def _below(root: Path, paths: Iterable[Path]) -> tuple[str, ...]:
    """Those that lie in the folder, as paths below it."""
    whole = root.resolve()
    found = (Path(one).resolve() for one in paths)
    return tuple(one.relative_to(whole).as_posix() for one in found if one.is_relative_to(whole) and one != whole)
