"""A layout of container images (OCI image layout 1): every blob must be what its name says.

Such a folder names its files by their digests, so names are checked against the digests that were taken for the seal.
A folder without a file `oci-layout` is none, and nothing is asked of it. That a blob is missing is remarked on: the
standard lets it lie elsewhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.plain_json import read_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stillwatch.evidence.file_manifest import FileManifest, SealedPart

_MARK: Final = "oci-layout"
_INDEX: Final = "index.json"
_BLOBS: Final = "blobs/"
_DOCUMENTS: Final = frozenset(
    (
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    )
)
"""Media types of blobs that name other blobs."""
_MOST_DOCUMENT_BYTES: Final = 8 << 20
_MEND: Final = "copy the images again from where they come from"


def check_oci_layout(manifest: FileManifest, read: Callable[[str], bytes]) -> tuple[str, ...]:
    """What is to be remarked on; nothing of a folder that is no such layout.

    Args:
        manifest: Of all files in the folder.
        read: Gives the bytes of one, by its path; asked for small documents alone.

    Raises:
        InputError: A document in it is no plain JSON.
        VerificationError: A blob is not what its name says, or not as long as a manifest says.
    """
    sealed = {str(one.part): one for one in manifest.parts}
    if _MARK not in sealed:
        return ()
    for path, one in sealed.items():
        expected = path.removeprefix(f"{_BLOBS}sha256/")
        if expected not in {path, one.digest}:
            raise VerificationError(f"it holds {one.digest}, another thing than its name says", where=path, mend=_MEND)
    named: dict[str, int] = {}
    _follow(_INDEX, read, sealed, named)
    missing = sorted(path for path in named if path not in sealed)
    spare = sorted(path for path in sealed if path.startswith(_BLOBS) and path not in named)
    return (
        *(f"{path}: named by a manifest and not there" for path in missing),
        *(f"{path}: there, and no manifest names it" for path in spare),
    )


def _follow(path: str, read: Callable[[str], bytes], sealed: dict[str, SealedPart], named: dict[str, int]) -> None:
    """Note what a document names, and what that names."""
    for found in _descriptors(read_plain(read(path), path)):
        blob = _path_of(str(found.get("digest", "")))
        size = found.get("size")
        is_new = blob not in named
        named[blob] = size if isinstance(size, int) else -1
        if blob not in sealed:
            continue
        there = sealed[blob].size
        if there is not None and there != named[blob]:
            raise VerificationError(f"{there:,} bytes, and {path} says {size}", where=blob, mend=_MEND)
        if is_new and found.get("mediaType") in _DOCUMENTS and (there or 0) <= _MOST_DOCUMENT_BYTES:
            _follow(blob, read, sealed, named)


def _descriptors(document: Any) -> Iterator[dict[str, Any]]:
    """Of an index its manifests, of a manifest its configuration and its layers."""
    if not isinstance(document, dict):
        return
    for field in ("manifests", "layers"):
        listed = document.get(field)
        yield from (one for one in listed if isinstance(one, dict)) if isinstance(listed, list) else ()
    if isinstance(document.get("config"), dict):
        yield document["config"]


def _path_of(digest: str) -> str:
    algorithm, _, value = digest.partition(":")
    return f"{_BLOBS}{algorithm}/{value}"
