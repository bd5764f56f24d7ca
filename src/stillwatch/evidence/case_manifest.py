"""The manifest of a sealed package: every file with its digests, every leaf that is shown, canonical (RFC 8785).

SHA-256 is the hash of record; BLAKE3 stands beside it, so that a break of the one is no break of the other. The digest
of the manifest itself is a leaf of the log, so the log's signature, its witnesses and time stamps vouch for every file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import rfc8785
from blake3 import blake3

from stillwatch.core.errors import InputError
from stillwatch.core.leaf import LeafKind
from stillwatch.core.version import VERSION
from stillwatch.evidence.plain_json import read_plain
from stillwatch.evidence.sealed_case import Tier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.evidence.sealed_case import PackageFile, SealedCase, ShownLeaf

MANIFEST: Final = "manifest.json"
_SCHEMA: Final = "stillwatch.case/1"
_TIME: Final = "%Y-%m-%dT%H:%M:%S.%fZ"
_MEND: Final = "ask for the package again"


@dataclass(frozen=True, slots=True)
class ListedFile:
    size: int
    sha256: str
    blake3: str


@dataclass(frozen=True, slots=True)
class ListedLeaf:
    kind: LeafKind
    sha256: str
    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """As far as it is checked."""

    about: str
    tier: Tier
    made_at: datetime
    files: dict[str, ListedFile]
    leaves: dict[int, ListedLeaf]


def write_manifest(case: SealedCase, files: Iterable[PackageFile]) -> bytes:
    """The manifest over those files.

    Raises:
        InputError: What is said of a file or of the clock has no canonical form.
    """
    plain = {
        "schema": _SCHEMA,
        "about": case.about,
        "tier": case.tier.value,
        "made_at": _moment(case.made_at),
        "clock": dict(case.clock),
        "tool": {"name": "stillwatch", "version": VERSION},
        "files": [_file(one) for one in sorted(files, key=lambda one: one.path)],
        "leaves": [_leaf(one) for one in sorted(case.leaves, key=lambda one: one.number)],
    }
    try:
        written: bytes = rfc8785.dumps(plain)
    except rfc8785.CanonicalizationError as error:
        raise InputError(f"this cannot be sealed: {error}", mend="write numbers that large as text") from error
    return written


def read_manifest(data: bytes | memoryview) -> Manifest:
    """Read a manifest that the log is known to vouch for.

    Raises:
        InputError: It is none of this version.
    """
    try:
        read = read_plain(data, MANIFEST)
        if read["schema"] != _SCHEMA:
            raise InputError(f"of another version, {read['schema']!r}", where=MANIFEST, mend=_MEND)
        files = {one["path"]: ListedFile(one["size"], one["sha256"], one["blake3"]) for one in read["files"]}
        leaves = {one["leaf"]: ListedLeaf(LeafKind(one["kind"]), one["sha256"], one["of"]) for one in read["leaves"]}
        if len(files) != len(read["files"]) or len(leaves) != len(read["leaves"]):
            raise InputError("a file or a leaf is listed twice", where=MANIFEST, mend=_MEND)
        return Manifest(
            about=read["about"],
            tier=Tier(read["tier"]),
            made_at=datetime.strptime(read["made_at"], _TIME).replace(tzinfo=UTC),
            files=files,
            leaves=leaves,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(f"no manifest: {error!r}", where=MANIFEST, mend=_MEND) from error


def digests_of(data: bytes | memoryview) -> ListedFile:
    """Size and both digests of what a file holds."""
    return ListedFile(len(data), hashlib.sha256(data).hexdigest(), blake3(data, max_threads=1).hexdigest())


def _file(one: PackageFile) -> dict[str, Any]:
    digests = digests_of(one.data)
    return {
        "path": one.path,
        "size": digests.size,
        "sha256": digests.sha256,
        "blake3": digests.blake3,
        "media_type": one.media_type,
        "source": one.source,
        "made_by": one.made_by,
        "acquired_by": one.acquired_by,
        "acquired_at": _moment(one.acquired_at) if one.acquired_at else "",
    }


def _leaf(one: ShownLeaf) -> dict[str, Any]:
    return {"leaf": one.number, "kind": one.leaf.kind.value, "sha256": one.leaf.sha256, "of": one.of}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_TIME)
