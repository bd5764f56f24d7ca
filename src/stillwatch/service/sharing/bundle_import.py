"""Import a signed bundle file: checked before anything of it is believed, in its row, once, and into quarantine.

imported = import_bundle(desk, Path("inbox/main-000007.swb"), at=now)
imported.place                      # next, repeated, late, restart, or gap where that was allowed

In this order: size, form, signature, expiry, place in the row, digest of each file. What fails is refused as a whole,
written to the audit trail, and changes nothing else. Campaigns go the way of whatever else comes from peers
(`receive`): in quarantine unless their producer is trusted, a later version alone replaces an earlier one, nobody's id
is overwritten. All other files are laid down in a folder of their producer, stream and number.

Importing the same file again does nothing. If the process is killed in between, import it again: what was taken in
already is found to be the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from stillwatch.core.errors import InputError, SettingsError, StillwatchError
from stillwatch.core.provenance import Signed
from stillwatch.intel.bundle_chain import Place
from stillwatch.intel.check_bundle import Check, Checked, check_bundle
from stillwatch.intel.signed_bundle import BundleLimits, open_bundle_file
from stillwatch.intel.stix_read import read_bundle
from stillwatch.service.audit_trail import Entry, add_entries
from stillwatch.service.sharing.bundle_export import STIX
from stillwatch.service.sharing.bundle_state import imported_links, note_imported
from stillwatch.service.sharing.delivery import Delivery
from stillwatch.service.sharing.intel_state import writing
from stillwatch.service.sharing.receive import Received, receive
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.read_bundle import ReadBundle
    from stillwatch.intel.bundle_manifest import Manifest
    from stillwatch.intel.member_keys import MemberKey
    from stillwatch.intel.signed_bundle import OpenedBundle
    from stillwatch.service.sharing.peers import Peers


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDesk:
    """What an import needs."""

    bundles: sqlite3.Connection
    """Of `open_bundles`."""
    intel: sqlite3.Connection
    """Of `open_intel`."""
    keys: tuple[MemberKey, ...]
    peers: Peers
    folder: Path
    """Where files go that are no campaigns."""
    allows_gap: bool = False
    """Whether one may be imported though others before it have not come."""
    limits: BundleLimits = field(default_factory=BundleLimits)


class Imported(NamedTuple):
    manifest: Manifest
    place: Place
    received: tuple[Received, ...]
    """Of each file with campaigns."""
    laid_down: tuple[Path, ...]
    missing: tuple[tuple[int, int], ...]
    """Spans of numbers before it that have not come."""


def import_bundle(desk: ImportDesk, path: Path, *, at: datetime) -> Imported:
    """Import a bundle.

    Args:
        desk: What an import needs.
        path: The file.
        at: Now.

    Raises:
        InputError: It is no bundle, or too large.
        VerificationError: It is forged, changed, expired, of another row, or comes before others that are missing.
        SettingsError: A state or the folder cannot be written.
    """
    try:
        opened = open_bundle_file(_read(path, desk.limits), desk.limits, where=str(path))
        checked = _checked(desk, opened, Check(at=at, allows_gap=desk.allows_gap, where=str(path)))
        if checked.place is Place.REPEATED:
            return Imported(opened.manifest, checked.place, (), (), ())
        files = opened.files()
        stix = [file.name for file in opened.manifest.files if file.media_type == STIX]
        campaigns = {name: read_bundle(files[name]) for name in stix}
    except StillwatchError as error:
        _note_refused(desk.bundles, path, error, at)
        raise
    received = _receive(desk, campaigns, opened, _delivery(desk, opened.manifest, checked.signer, at))
    laid_down = _lay_down(desk.folder, opened.manifest, {name: files[name] for name in files if name not in campaigns})
    _note_imported(desk, opened, checked, received, at)
    return Imported(opened.manifest, checked.place, received, laid_down, checked.missing)


def _read(path: Path, limits: BundleLimits) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limits.size_bytes + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path), mend="name the file") from error


def _checked(desk: ImportDesk, opened: OpenedBundle, check: Check) -> Checked:
    links = imported_links(desk.bundles, opened.manifest.producer, opened.manifest.stream)
    return check_bundle(opened, desk.keys, links, check)


def _delivery(desk: ImportDesk, manifest: Manifest, signer: str, at: datetime) -> Delivery:
    """How its campaigns came; who may carry those of others is told by the source of the signer's name."""
    source = desk.peers.sources.get(signer)
    return Delivery(
        by=signer,
        at=at,
        sha256="",
        signed=Signed.VERIFIED,
        signer_id=manifest.producer,
        is_vouched=source is not None and source.vouches,
    )


def _receive(
    desk: ImportDesk, campaigns: Mapping[str, ReadBundle], opened: OpenedBundle, delivery: Delivery
) -> tuple[Received, ...]:
    """All of them or none."""
    if not campaigns:
        return ()
    digests = {file.name: file.sha256 for file in opened.manifest.files}
    with writing(desk.intel):
        return tuple(
            receive(desk.intel, read, replace(delivery, sha256=digests[name]), desk.peers)
            for name, read in campaigns.items()
        )


def _lay_down(folder: Path, manifest: Manifest, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write files below the folder; each part of their path was checked when the manifest was read."""
    place = folder / manifest.producer / manifest.stream / f"{manifest.export_seq:06d}"
    try:
        for name, content in files.items():
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(place / name, content, mode=0o600)
    except OSError as error:
        mend = "name a folder that may be written to, and import it again"
        raise SettingsError(f"cannot be written: {error.strerror}", where=str(place), mend=mend) from error
    return tuple(place / name for name in files)


def _note_imported(
    desk: ImportDesk, opened: OpenedBundle, checked: Checked, received: tuple[Received, ...], at: datetime
) -> None:
    one = opened.manifest
    detail = {
        "stream": one.stream,
        "export_seq": one.export_seq,
        "place": checked.place,
        "sha256": opened.sha256,
        "files": [file.name for file in one.files],
        "indicators": sum(found.new_indicators for found in received),
    }
    with writing(desk.bundles):
        # Another process may have imported one in the meantime: the same, or another one of its number.
        if _checked(desk, opened, Check(at=at, allows_gap=True)).place is not Place.REPEATED:
            note_imported(desk.bundles, one, opened.sha256, at.timestamp())
            add_entries(desk.bundles, [Entry(at.timestamp(), "bundle_imported", checked.signer, one.producer, detail)])


def _note_refused(connection: sqlite3.Connection, path: Path, error: StillwatchError, at: datetime) -> None:
    with writing(connection):
        detail = {"why": error.what}
        add_entries(connection, [Entry(at.timestamp(), "bundle_refused", "stillwatch", path.name, detail)])
