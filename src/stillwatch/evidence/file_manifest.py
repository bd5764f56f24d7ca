"""Which files there were and what was in them, in the words of OpenSSF's model signing: an in-toto statement.

>>> weights = SealedPart(Part("a.safetensors"), digest="ab" * 32, size=3, blake3="cd" * 32)
>>> made = FileManifest(name="model-7", parts=(weights,))
>>> read_manifest(write_manifest(made)) == made
True

The predicate is `https://model_signing/signature/v1.0`. Its verifiers ignore fields that they do not know, so sizes and
BLAKE3 stand beside what it asks for, under `second`. The subject is one digest over the digests of all parts in their
order (`root_of_parts`), by which other statements name the whole.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.plain_json import read_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT: Final = "https://in-toto.io/Statement/v1"
PREDICATE: Final = "https://model_signing/signature/v1.0"
WHOLE: Final = "."
"""Path of the part where what is sealed is one file, not a folder."""
_FILES: Final = "files"
_SHARDS: Final = "shards"
_SECOND: Final = "second"
_NO_FOLDER: Final = frozenset(("", ".", ".."))
_LENGTHS: Final = {"sha256": 64, "blake3": 64, "blake2b": 128}
_HEX: Final = re.compile(r"[0-9a-f]+")
_OFFSET: Final = re.compile(r"0|[1-9][0-9]{0,18}")


class Part(NamedTuple):
    """A file, or so many bytes of it."""

    path: str
    """Below what is sealed, with slashes."""
    start: int = 0
    end: int | None = None
    """None: the whole file."""

    def __str__(self) -> str:
        return self.path if self.end is None else f"{self.path}:{self.start}:{self.end}"

    @property
    def order(self) -> tuple[tuple[str, ...], int]:
        """As `model_signing` puts them: by the names of folders one after another, not by the text of the path."""
        return tuple(self.path.split("/")), self.start


class SealedPart(NamedTuple):
    part: Part
    digest: str
    """Hex, by the manifest's algorithm."""
    size: int | None = None
    """In bytes; None where whoever sealed did not say."""
    blake3: str = ""
    """Hex; empty where whoever sealed did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileManifest:
    name: str
    """Of the folder or file; only for people."""
    parts: tuple[SealedPart, ...]
    """In their order, see `Part.order`."""
    algorithm: str = "sha256"
    """Or `blake3` or `blake2b`, which others use."""
    shard_size: int = 0
    """Bytes of a part; 0: each part is a whole file."""
    follows_links: bool = False
    ignored: tuple[str, ...] = ()
    """Paths that were left out, with all below them."""


def root_of_parts(digests: Iterable[str]) -> str:
    """One digest for the whole, hex: SHA-256 over the digests of the parts, one after another."""
    return hashlib.sha256(b"".join(map(bytes.fromhex, digests))).hexdigest()


def root_of_manifest(manifest: FileManifest) -> str:
    return root_of_parts(one.digest for one in manifest.parts)


def write_manifest(manifest: FileManifest) -> bytes:
    """The statement, to be signed."""
    how: dict[str, Any] = {
        "method": _SHARDS if manifest.shard_size else _FILES,
        "hash_type": manifest.algorithm,
        "allow_symlinks": manifest.follows_links,
    }
    if manifest.shard_size:
        how["shard_size"] = manifest.shard_size
    if manifest.ignored:
        how["ignore_paths"] = manifest.ignored
    named = f"{manifest.algorithm}-sharded-{manifest.shard_size}" if manifest.shard_size else manifest.algorithm
    predicate: dict[str, Any] = {
        "serialization": how,
        "resources": [{"name": str(one.part), "algorithm": named, "digest": one.digest} for one in manifest.parts],
    }
    if all(one.size is not None and one.blake3 for one in manifest.parts):
        predicate[_SECOND] = [{"size": one.size, "blake3": one.blake3} for one in manifest.parts]
    subject = {"name": manifest.name, "digest": {"sha256": root_of_manifest(manifest)}}
    statement = {"_type": STATEMENT, "subject": [subject], "predicateType": PREDICATE, "predicate": predicate}
    return orjson.dumps(statement)


def read_manifest(payload: bytes, where: str = "") -> FileManifest:
    """Read a statement whose signature was checked.

    Raises:
        VerificationError: It is of another kind, names nothing, or contradicts itself.
    """
    read = read_plain(payload, where)
    try:
        return _manifest(read, where)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise VerificationError(f"no manifest of model signing: {error!r}", where=where) from error


def _manifest(read: dict[str, Any], where: str) -> FileManifest:
    if read["_type"] != STATEMENT or read["predicateType"] != PREDICATE:
        raise VerificationError(f"a statement of another kind, {read['predicateType']!r}", where=where)
    (subject,) = read["subject"]
    predicate = read["predicate"]
    how, resources = predicate["serialization"], predicate["resources"]
    algorithm, size = how["hash_type"], _shard_size(how)
    second = predicate.get(_SECOND) or [{}] * len(resources)
    if algorithm not in _LENGTHS:
        raise VerificationError(f"digests by {algorithm!r}", where=where, mend="seal it with SHA-256")
    parts = tuple(
        SealedPart(
            _part(one["name"], is_shard=bool(size)),
            _hex(one["digest"], algorithm),
            beside.get("size"),
            _hex(beside["blake3"], "blake3") if beside else "",
        )
        for one, beside in zip(resources, second, strict=True)
    )
    if not parts:
        raise VerificationError("it seals no file at all", where=where)
    if len({one.part for one in parts}) < len(parts):
        raise VerificationError("a file stands in it twice", where=where)
    if root_of_parts(one.digest for one in parts) != subject["digest"]["sha256"]:
        raise VerificationError("its files do not add up to its own digest", where=where)
    return FileManifest(
        name=_text(subject["name"]),
        parts=parts,
        algorithm=algorithm,
        shard_size=size,
        follows_links=how["allow_symlinks"] is True,
        ignored=tuple(map(_text, how.get("ignore_paths", ()))),
    )


def _shard_size(how: dict[str, Any]) -> int:
    """Also of a size that is written `1000.0`, as numbers come out of the protocol buffers of `model_signing`."""
    if how["method"] == _FILES:
        return 0
    size = how["shard_size"]
    if how["method"] != _SHARDS or type(size) not in {int, float} or size < 1 or size != int(size):
        raise ValueError(f"method {how['method']!r} of {size!r} bytes")
    return int(size)


def _part(name: str, *, is_shard: bool) -> Part:
    path, start, end = name.rsplit(":", 2) if is_shard else (name, "0", "")
    if (path != WHOLE and not _NO_FOLDER.isdisjoint(path.split("/"))) or "\0" in path:
        raise ValueError(f"{path!r} is no path below a folder")
    if not is_shard:
        return Part(path)
    if not _OFFSET.fullmatch(start) or not _OFFSET.fullmatch(end) or int(start) >= int(end):
        raise ValueError(f"{name!r} is no part of a file")
    return Part(path, int(start), int(end))


def _hex(text: str, algorithm: str) -> str:
    if len(text) != _LENGTHS[algorithm] or not _HEX.fullmatch(text):
        raise ValueError(f"{text[:80]!r} is no digest by {algorithm}")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where text belongs")
    return value
