"""Export files as the next signed bundle of a row, for a site that no wire leads to.

exported = export_bundle(connection, [Path("campaigns.json")], who, out=Path("outbox"), at=now)
exported.path                       # outbox/main-000001.swb, or None where nothing is new

A stream carries each content once: what has gone before is left out, unless the bundle is to be complete. A bundle that
was written and not yet noted when the process was killed is found by the next export and noted then, so that no number
is ever given to two.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from stillwatch.core.errors import InputError, SettingsError
from stillwatch.intel.bundle_manifest import FILE_NAME, Manifest
from stillwatch.intel.signed_bundle import (
    BundleLimits,
    described,
    manifest_sha256,
    open_bundle_file,
    write_bundle_file,
)
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.sharing.bundle_state import is_carried, last_exported, note_exported
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.write_whole import write_whole
from stillwatch.signing.dsse import is_signed_by, public_bytes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from datetime import datetime

    from stillwatch.signing.signing_key import SigningKey

STIX: Final = "application/stix+json;version=2.1"
_MEDIA_TYPES: Final = {".json": "application/json", ".csv": "text/csv", ".toml": "application/toml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """Who exports, and to whom."""

    member: str
    """STIX id of one's own identity."""
    name: str
    key: SigningKey
    stream: str = "main"
    lifetime: timedelta = timedelta(days=30)
    """After it nobody imports the bundle any more."""
    is_complete: bool = False


class Exported(NamedTuple):
    path: Path | None
    """None where nothing is new."""
    manifest: Manifest | None
    left_out: tuple[Path, ...]
    """What the stream has carried before."""


def export_bundle(
    connection: sqlite3.Connection, paths: Iterable[Path], who: Exporter, *, out: Path, at: datetime
) -> Exported:
    """Write the next bundle into a folder.

    Args:
        connection: Of `open_bundles`.
        paths: The files to carry.
        who: Whose bundle it is.
        out: The folder; made where there is none.
        at: Now.

    Raises:
        InputError: A file cannot be carried, or all of them are too large together.
        SettingsError: The folder or the state cannot be written, or it holds a bundle of that number by somebody else.
    """
    files = _read(paths)
    with writing(connection):
        number, before = last_exported(connection, who.stream)
        if (adopted := _adopt(connection, _path(out, who.stream, number + 1), who, before)) is not None:
            number, before = number + 1, adopted
        new = {
            path: content
            for path, content in files.items()
            if who.is_complete or not is_carried(connection, who.stream, hashlib.sha256(content).hexdigest())
        }
        left_out = tuple(path for path in files if path not in new)
        if not new:
            return Exported(None, None, left_out)
        manifest = Manifest(
            producer=who.member,
            producer_name=who.name,
            stream=who.stream,
            export_seq=number + 1,
            previous=before,
            is_complete=who.is_complete,
            created_at=at,
            expires_at=at + who.lifetime,
            files=tuple(
                described(path.name, content, media_type_of(path.name, content)) for path, content in new.items()
            ),
        )
        path = _path(out, who.stream, manifest.export_seq)
        _write(path, write_bundle_file(manifest, {one.name: content for one, content in new.items()}, who.key))
        _note(connection, manifest)
    return Exported(path, manifest, left_out)


def media_type_of(name: str, content: bytes) -> str:
    """What a file is: a bundle of STIX is known by its beginning, all else by its name."""
    if name.endswith(".json") and b'"bundle--' in content[:4096]:
        return STIX
    return _MEDIA_TYPES.get(Path(name).suffix, "application/octet-stream")


def _read(paths: Iterable[Path]) -> dict[Path, bytes]:
    limits, found, names = BundleLimits(), dict[Path, bytes](), set[str]()
    for path in paths:
        if not FILE_NAME.fullmatch(path.name) or path.name.casefold() in names:
            mend = "rename it: letters, digits, dots, hyphens, and each name once"
            raise InputError("a file with this name is not carried", where=str(path), mend=mend)
        names.add(path.name.casefold())
        try:
            found[path] = path.read_bytes()
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", where=str(path), mend="name a file") from error
    if not found or len(found) > limits.files or sum(map(len, found.values())) > limits.size_bytes // 2:
        mend = f"carry 1 to {limits.files} files of {limits.size_bytes // 2:,} bytes together; export several times"
        raise InputError(f"{len(found)} files do not go into a bundle", mend=mend)
    return found


def _adopt(connection: sqlite3.Connection, path: Path, who: Exporter, before: str) -> str | None:
    """Note a bundle that was written by an export that did not come to its end; give its digest."""
    if not path.exists():
        return None
    opened = open_bundle_file(path.read_bytes(), where=str(path))
    is_ours = opened.manifest.producer == who.member and opened.manifest.previous == before
    if not is_ours or not is_signed_by(opened.envelope, public_bytes(who.key)):
        mend = "name an empty folder, or the state that this folder belongs to"
        raise SettingsError("there is another bundle of this number", where=str(path), mend=mend)
    _note(connection, opened.manifest)
    return opened.sha256


def _note(connection: sqlite3.Connection, manifest: Manifest) -> None:
    sha256 = manifest_sha256(manifest)
    note_exported(connection, manifest, sha256)
    detail = {"export_seq": manifest.export_seq, "sha256": sha256, "files": [one.name for one in manifest.files]}
    at = manifest.created_at.timestamp()
    add_entries(connection, [Entry(at, "bundle_exported", manifest.producer_name, manifest.stream, detail)])


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    except OSError as error:
        mend = "name a folder that may be written to"
        raise SettingsError(f"cannot be written: {error.strerror}", where=str(path), mend=mend) from error


def _path(out: Path, stream: str, number: int) -> Path:
    return out / f"{stream}-{number:06d}.swb"
