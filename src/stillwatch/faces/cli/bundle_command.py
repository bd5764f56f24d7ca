"""`stillwatch bundle`: intelligence in signed files, for a site that no wire leads to."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.faces.cli.audit_text import tell_audit
from stillwatch.faces.cli.exits import INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.intel_options import OUT, PEERS, WARNINGLISTS, peers_at, publisher_at
from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_gossip_command import hear_files
from stillwatch.faces.cli.options import Span

if TYPE_CHECKING:
    import sqlite3

    from stillwatch.intel.bundle_manifest import Manifest
    from stillwatch.intel.check_bundle import Checked
    from stillwatch.intel.signed_bundle import OpenedBundle
    from stillwatch.service.sharing.bundle_export import Exported
    from stillwatch.service.sharing.bundle_import import Imported

_SERVICE = "stillwatch.service.sharing"
export_bundle = later(f"{_SERVICE}.bundle_export", "export_bundle", extra="intel")
exporter_of = later(f"{_SERVICE}.bundle_export", "Exporter", extra="intel")
import_bundle = later(f"{_SERVICE}.bundle_import", "import_bundle", extra="intel")
desk_of = later(f"{_SERVICE}.bundle_import", "ImportDesk", extra="intel")
open_bundles = later(f"{_SERVICE}.bundle_state", "open_bundles", extra="intel")
stream_states = later(f"{_SERVICE}.bundle_state", "stream_states", extra="intel")
open_intel = later(f"{_SERVICE}.intel_state", "open_intel", extra="intel")
load_member_keys = later(f"{_SERVICE}.trusted_keys", "load_member_keys", extra="intel")
open_signing_key = later("stillwatch.service.signing_keys", "open_signing_key", extra="intel")
open_bundle_file = later("stillwatch.intel.signed_bundle", "open_bundle_file", extra="intel")
check_bundle = later("stillwatch.intel.check_bundle", "check_bundle", extra="intel")
check_of = later("stillwatch.intel.check_bundle", "Check", extra="intel")
said_spans = later("stillwatch.intel.check_bundle", "said_spans", extra="intel")

_FILE = click.Path(dir_okay=False, path_type=Path)
_THERE = click.Path(dir_okay=False, exists=True, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_STATE = click.option(
    "--state", type=_FILE, default=Path("bundles.db"), show_default=True, help="What was exported and imported so far."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@click.group(name="bundle")
def bundle_command() -> None:
    """Carry intelligence over an air gap: signed files in a row, by hand, by mail or through a diode."""


@bundle_command.command(name="export", short_help="Write the next bundle")
@click.argument("files", nargs=-1, required=True, type=_THERE)
@click.option("--key", required=True, help="Your key: FILE of `stillwatch keys new`, pkcs11:... or agent:SHA256:...")
@click.option("--member", required=True, help="STIX id of your identity, identity--UUID.")
@click.option("--name", required=True, help="What others call you.")
@click.option("--out", required=True, type=_FOLDER, help="Folder for the bundle.")
@click.option("--stream", default="main", show_default=True, help="A row of its own for each receiver.")
@click.option("--expires", type=Span(), default="30d", show_default=True, help="How long the bundle counts.")
@click.option("--complete", is_flag=True, help="Carry all FILES, so that a receiver may begin with this bundle.")
@_STATE
@_JSON
def _export(  # noqa: PLR0913, PLR0917  # click passes each option by name
    files: tuple[Path, ...],
    key: str,
    member: str,
    name: str,
    out: Path,
    stream: str,
    expires: timedelta,
    complete: bool,
    state: Path,
    as_json: bool,
) -> int:
    """Write FILES as the next bundle of the row; what the row has carried before is left out.

    FILES are what `stillwatch share --out` has written, and whatever else the receivers are to have.
    """
    signing = open_signing_key(key, passphrase=passphrase())
    who = exporter_of(member=member, name=name, key=signing, stream=stream, lifetime=expires, is_complete=complete)
    exported: Exported = export_bundle(_open(state), files, who, out=out, at=datetime.now(UTC))
    if as_json:
        path = None if exported.path is None else str(exported.path)
        plain = {"path": path, "manifest": _plain(exported.manifest), "left_out": list(map(str, exported.left_out))}
        click.echo(json.dumps(plain, indent=2))
    elif exported.path is None:
        click.echo("nothing is new: all of it was carried before")
    else:
        click.echo(f"{exported.path}: {_said(exported.manifest)}")
    return NOTHING_FOUND


@bundle_command.command(name="inspect", short_help="Show what a bundle holds, and check it")
@click.argument("file", type=_THERE)
@click.option("--keys", type=_FILE, help="The members' keys; without them only the digests are checked.")
@_JSON
def _inspect(file: Path, keys: Path | None, as_json: bool) -> int:
    """Show what FILE holds, and check signature, expiry and digests; nothing is imported."""
    opened: OpenedBundle = open_bundle_file(file.read_bytes(), where=str(file))
    opened.files()
    checked: Checked | None = None
    if keys is not None:
        check = check_of(at=datetime.now(UTC), allows_gap=True, where=str(file))
        checked = check_bundle(opened, load_member_keys(keys), {}, check)
    if as_json:
        signer = None if checked is None else checked.signer
        click.echo(
            json.dumps({"manifest": _plain(opened.manifest), "sha256": opened.sha256, "signer": signer}, indent=2)
        )
        return NOTHING_FOUND
    click.echo(f"{file}: {_said(opened.manifest)}")
    click.echo(f"signature  {f'holds, by {checked.signer}' if checked else 'not checked: give --keys'}")
    click.echo(f"digest     {opened.sha256}")
    for one in opened.manifest.files:
        click.echo(f"file       {one.name}  {one.size_bytes:,} bytes  {one.media_type}")
    return NOTHING_FOUND


@bundle_command.command(name="import", short_help="Import bundles")
@click.argument("files", nargs=-1, required=True, type=_THERE)
@click.option("--keys", required=True, type=_FILE, help="The members' keys, of `stillwatch keys trust`.")
@OUT
@PEERS
@WARNINGLISTS
@click.option("--logs", type=_THERE, help="Logs that are watched, to compare checkpoints that come along.")
@click.option("--allow-gap", is_flag=True, help="Import a bundle though others before it have not come.")
@click.option("--state", type=_FILE, help="What was imported so far; bundles.db in OUT if not given.")
@_JSON
def _import(  # noqa: PLR0913, PLR0917  # click passes each option by name
    files: tuple[Path, ...],
    keys: Path,
    out: Path,
    peers: Path | None,
    warninglists: tuple[Path, ...],
    logs: Path | None,
    allow_gap: bool,
    state: Path | None,
    as_json: bool,
) -> int:
    """Import FILES, one after the other; exits 3 where bundles before them are missing.

    Campaigns go where `stillwatch receive` keeps them; other files below OUT/carried. The same file again does nothing.
    A bundle that is forged, changed, expired or of another row is refused as a whole, and what was refused is in
    `stillwatch bundle audit`. With --logs, checkpoints that FILES carry are compared with those in OUT/gossip.db; exits
    1 where a log told two stories (`stillwatch log gossip`).
    """
    out.mkdir(parents=True, exist_ok=True)
    known = peers_at(peers, warninglists)
    bundles, intel = _open(state or out / "bundles.db"), open_intel(out / "intel.db")
    click.get_current_context().call_on_close(intel.close)
    desk = desk_of(
        bundles=bundles,
        intel=intel,
        keys=load_member_keys(keys),
        peers=known,
        folder=out / "carried",
        allows_gap=allow_gap,
    )
    is_whole, heard, publisher = True, NOTHING_FOUND, publisher_at(out, known)
    try:
        for file in files:
            imported: Imported = import_bundle(desk, file, at=datetime.now(UTC))
            is_whole = is_whole and not imported.missing
            _tell(file, imported, as_json=as_json)
            if logs is not None:
                by = imported.manifest.producer_name
                heard |= hear_files(imported.laid_down, logs=logs, state=out / "gossip.db", by=by, as_json=as_json)
    finally:
        publisher.publish(intel, at=datetime.now(UTC))
    return heard or (NOTHING_FOUND if is_whole else INCOMPLETE)


@bundle_command.command(name="status", short_help="How far each row has come")
@_STATE
@_JSON
def _status(state: Path, as_json: bool) -> int:
    """Show how far each row has come; exits 3 where bundles are missing."""
    found = stream_states(_open(state, must_exist=True))
    if as_json:
        click.echo(json.dumps({"streams": [one._asdict() for one in found]}, indent=2))
    for one in () if as_json else found:
        gaps = f"  missing {said_spans(one.missing)}" if one.missing else ""
        click.echo(f"{one.producer or 'own'}  {one.stream}  {one.last}{gaps}")
    return INCOMPLETE if any(one.missing for one in found) else NOTHING_FOUND


@bundle_command.command(name="audit", short_help="What was exported, imported and refused")
@_STATE
@_JSON
def _audit(state: Path, as_json: bool) -> int:
    """Show what was exported, imported and refused. Exits 1 where an entry was changed."""
    return tell_audit(_open(state, must_exist=True), as_json=as_json)


def _open(state: Path, *, must_exist: bool = False) -> sqlite3.Connection:
    connection: sqlite3.Connection = open_bundles(state, must_exist=must_exist)
    click.get_current_context().call_on_close(connection.close)
    return connection


def _tell(file: Path, imported: Imported, *, as_json: bool) -> None:
    counts = {
        name: sum(getattr(one, name) for one in imported.received)
        for name in ("new_campaigns", "new_indicators", "accepted", "quarantined", "taken_back")
    }
    refused = [{"id": one.id, "why": one.why} for found in imported.received for one in found.refused]
    if as_json:
        laid_down, gaps = list(map(str, imported.laid_down)), [list(span) for span in imported.missing]
        plain = {"file": str(file), "place": imported.place, "manifest": _plain(imported.manifest), **counts}
        click.echo(json.dumps({**plain, "refused": refused, "laid_down": laid_down, "missing": gaps}))
        return
    said = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in counts.items() if count)
    click.echo(f"{file}: {imported.place}: {_said(imported.manifest)}" + (f": {said}" if said else ""))
    for one in refused:
        click.echo(f"refused    {one['id']}  {one['why']}", err=True)
    for path in imported.laid_down:
        click.echo(f"laid down  {path}")
    if imported.missing:
        click.echo(f"missing    {said_spans(imported.missing)}", err=True)


def _said(manifest: Manifest | None) -> str:
    if manifest is None:
        return ""
    kind = "complete" if manifest.is_complete else "what is new"
    of = f"{manifest.stream} {manifest.export_seq} of {manifest.producer_name}"
    return f"{of}, {kind}, {len(manifest.files)} files, counts until {manifest.expires_at:%Y-%m-%d}"


def _plain(manifest: Manifest | None) -> dict[str, Any] | None:
    if manifest is None:
        return None
    return {
        "producer": manifest.producer,
        "producer_name": manifest.producer_name,
        "stream": manifest.stream,
        "export_seq": manifest.export_seq,
        "previous": manifest.previous,
        "is_complete": manifest.is_complete,
        "created_at": manifest.created_at.isoformat().replace("+00:00", "Z"),
        "expires_at": manifest.expires_at.isoformat().replace("+00:00", "Z"),
        "files": [
            {"name": one.name, "size_bytes": one.size_bytes, "sha256": one.sha256, "media_type": one.media_type}
            for one in manifest.files
        ],
    }
