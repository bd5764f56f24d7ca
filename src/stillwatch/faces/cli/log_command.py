"""`stillwatch log`: the transparency log of what this installation did, and proofs out of it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from stillwatch.core.errors import InputError
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.faces.cli.evidence_option import open_book
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_gossip_command import gossip
from stillwatch.faces.cli.log_keys_command import keys_of_log
from stillwatch.faces.cli.log_noted import add_noted
from stillwatch.faces.cli.log_options import JSON as _JSON
from stillwatch.faces.cli.log_options import KEY as _KEY
from stillwatch.faces.cli.log_options import KEYS as _KEYS
from stillwatch.faces.cli.log_options import LOG as _LOG
from stillwatch.faces.cli.log_options import open_log as _open
from stillwatch.faces.cli.log_succession_command import follow, succeed
from stillwatch.faces.cli.progress import shown_progress

if TYPE_CHECKING:
    from stillwatch.evidence.record_proof import ProvedRecord
    from stillwatch.service.evidence.evidence_log import EvidenceLog
    from stillwatch.service.evidence.seal_log import SealedLog
    from stillwatch.service.evidence.stamp import StampFiles

_EXTRA = "evidence"
make_log = later("stillwatch.service.evidence.evidence_log", "EvidenceLog.make", extra=_EXTRA)
log_policy = later("stillwatch.service.evidence.log_settings", "policy_of", extra=_EXTRA)
digest_of_file = later("stillwatch.evidence.leaf_entry", "digest_of_file", extra=_EXTRA)
entry_of = later("stillwatch.evidence.leaf_entry", "entry_of", extra=_EXTRA)
read_entry = later("stillwatch.evidence.leaf_entry", "read_entry", extra=_EXTRA)
write_proof = later("stillwatch.evidence.proof_file", "write_proof", extra=_EXTRA)
read_proof = later("stillwatch.evidence.proof_file", "read_proof", extra=_EXTRA)
check_proof = later("stillwatch.evidence.proof_file", "check_proof", extra=_EXTRA)
read_checkpoint = later("stillwatch.evidence.checkpoint", "read_checkpoint", extra=_EXTRA)

read_note = later("stillwatch.evidence.signed_note", "read_note", extra=_EXTRA)
compare_notes = later("stillwatch.evidence.split_view", "compare", extra=_EXTRA)
beginning_of = later("stillwatch.service.evidence.log_copy", "beginning_of", extra=_EXTRA)

post_by_http = later("stillwatch.service.evidence.ask_witness", "post_by_http", extra=_EXTRA)

make_authority = later("stillwatch.service.evidence.time_authority", "make_authority", extra=_EXTRA)
own_roots = later("stillwatch.service.evidence.time_authority", "roots_of", extra=_EXTRA)
stamp_here = later("stillwatch.service.evidence.time_authority", "answer", extra=_EXTRA)
stamp_by_http = later("stillwatch.service.evidence.stamp", "ask_authority", extra=_EXTRA)
stamp_checkpoint = later("stillwatch.service.evidence.stamp", "stamp_checkpoint", extra=_EXTRA)

seal_log = later("stillwatch.service.evidence.seal_log", "seal_log", extra=_EXTRA)
prove_record = later("stillwatch.service.evidence.seal_log", "prove_record", extra=_EXTRA)
write_record_proof = later("stillwatch.evidence.record_proof", "write_record_proof", extra=_EXTRA)
read_record_proof = later("stillwatch.evidence.record_proof", "read_record_proof", extra=_EXTRA)
check_record_proof = later("stillwatch.evidence.record_proof", "check_record_proof", extra=_EXTRA)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="log")
def log_command() -> None:
    """The transparency log of what this installation did, and proofs out of it.

    Only digests go into it. Private keys under a passphrase are unlocked by what STILLWATCH_PASSPHRASE holds.
    """


log_command.add_command(gossip)
log_command.add_command(keys_of_log)
log_command.add_command(succeed)
log_command.add_command(follow)
add_noted(log_command, _LOG, _KEYS)


@log_command.command(name="init", short_help="Begin a log")
@_LOG
@click.option("--origin", required=True, help="Its name for as long as it lives, such as lab.example/log-2026.")
@_KEY
def _init(folder: Path, origin: str, key: str) -> int:
    """Begin a log with keys of its own, one of Ed25519 and one of ML-DSA-44."""
    made: EvidenceLog = make_log(folder, origin, clock=time.time, passphrase=passphrase(), first=key)
    click.echo(f"{folder}: an empty log, {origin}; give its readers {folder / 'log.toml'}")
    click.echo(str(made.checkpoint()), nl=False)
    return NOTHING_FOUND


@log_command.command(name="status", short_help="Show how far it is")
@_LOG
@_KEYS
@_JSON
def _status(folder: Path, keys: Path | None, as_json: bool) -> int:
    """Check the log's edge against its checkpoint, and show that."""
    log = _open(folder, keys)
    note = log.checkpoint()
    said = read_checkpoint(note.text)
    if as_json:
        plain = {"origin": said.origin, "size": said.size, "root": said.root.hex(), "checkpoint": str(note)}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        click.echo(f"{said.origin}  {said.size:,} leaves  root {said.root.hex()}")
    return NOTHING_FOUND


@log_command.command(name="note", short_help="Note a file")
@click.argument("file", type=_FILE)
@click.option("--kind", type=click.Choice([one.value for one in LeafKind]), default=LeafKind.OTHER.value)
@click.option("--about", default="", help="An id that says nothing to outsiders.")
@_LOG
@_KEYS
@_JSON
def _note(file: Path, kind: str, about: str, folder: Path, keys: Path | None, as_json: bool) -> int:  # noqa: PLR0913, PLR0917  # click passes each option by name
    """Note the digest of FILE; the file itself stays where it is."""
    leaf = Leaf(kind=LeafKind(kind), sha256=digest_of_file(file), noted_at=datetime.now(UTC), about=about)
    number = _open(folder, keys).note([leaf])[0]
    click.echo(json.dumps({"leaf": number, **_plain(leaf)}, indent=2) if as_json else f"leaf {number}  {leaf.sha256}")
    return NOTHING_FOUND


@log_command.command(name="list", short_help="Show what was noted")
@_LOG
@_KEYS
@click.option("--from", "first", type=click.IntRange(min=0), default=0, help="Number of the first leaf to show.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([one.value for one in LeafKind]), help="Only these.")
@_JSON
def _list(folder: Path, keys: Path | None, first: int, kinds: tuple[str, ...], as_json: bool) -> int:
    """Show what was noted, the oldest first: digests alone; `audit` shows what stands behind them."""
    for number, leaf in enumerate(_open(folder, keys).leaves(first), first):
        if kinds and leaf.kind.value not in kinds:
            continue
        if as_json:
            click.echo(json.dumps({"leaf": number, **_plain(leaf)}, ensure_ascii=False))
        else:
            click.echo(f"{number:>8}  {leaf.noted_at:%Y-%m-%d %H:%M:%S}  {leaf.kind:<9}  {leaf.sha256}  {leaf.about}")
    return NOTHING_FOUND


@log_command.command(name="be-witnessed", short_help="Have the checkpoint signed by witnesses")
@_LOG
@_KEYS
@_JSON
def _be_witnessed(folder: Path, keys: Path | None, as_json: bool) -> int:
    """Have the newest checkpoint signed by each `[[witness]]` of log.toml (`url`, `keys`)."""
    found = _open(folder, keys).be_witnessed(post_by_http)
    if as_json:
        plain = [{"witness": one.key.name, "kind": one.key.kind.name.lower(), "at_s": one.at_s} for one in found]
        click.echo(json.dumps({"cosignatures": plain}, indent=2, ensure_ascii=False))
    for one in () if as_json else found:
        at = datetime.fromtimestamp(one.at_s, UTC)
        click.echo(f"signed by {one.key.name} ({one.key.kind.name.lower()}) at {at:%Y-%m-%d %H:%M:%S}Z")
    return NOTHING_FOUND


@log_command.command(name="seal", short_help="Commit to each record of a log file")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@_LOG
@_KEYS
@_JSON
def _seal(files: tuple[Path, ...], folder: Path, keys: Path | None, as_json: bool) -> int:
    """Commit to each record of log FILEs, so that any one can later be shown alone to have been there.

    A file that is sealed already is left as it is.
    """
    book = open_book(folder, keys=keys)
    for file in files:
        with shown_progress(Console(stderr=True), is_quiet=as_json) as progress:
            sealed: SealedLog = seal_log(file, book, progress=partial(progress, file.name))
        if as_json:
            click.echo(json.dumps({"file": str(file), "leaf": sealed.leaf, **sealed.statement}))
        else:
            click.echo(f"leaf {sealed.leaf}  {sealed.statement['records']:,} records of {file}")
    return NOTHING_FOUND


@log_command.command(name="show-record", short_help="Show one record of a sealed file")
@click.argument("file", type=_FILE)
@click.argument("number", type=click.IntRange(min=1))
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where to write the proof.")
@_LOG
@_KEYS
def _show_record(file: Path, number: int, out: Path, folder: Path, keys: Path | None) -> int:
    """Write record NUMBER (from 1) of the sealed FILE with the proof that it was there; it tells of no other record."""
    out.write_bytes(write_record_proof(prove_record(file, number - 1, _open(folder, keys))))
    click.echo(f"{out}: record {number} of {file}")
    return NOTHING_FOUND


@log_command.command(name="check-record", short_help="Check the proof of a record")
@click.argument("proof", type=_FILE)
@click.option("--log-toml", type=_FILE, required=True, help="What the log's keeper gave you: its name and its keys.")
@_JSON
def _check_record(proof: Path, log_toml: Path, as_json: bool) -> int:
    """Check PROOF without the log, and print the record. Exits 2 where it does not hold."""
    read = read_record_proof(proof.read_bytes(), str(proof))
    found: ProvedRecord = check_record_proof(read, log_policy(log_toml), str(proof))
    record = read.opening.record.decode("utf-8", "replace")
    if as_json:
        plain = {"record": record, "number": read.opening.number + 1, "batch": read.batch}
        plain |= {"origin": found.log.checkpoint.origin, "noted_at": _plain(found.leaf)["noted_at"]}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        told = f"sealed at {found.leaf.noted_at:%Y-%m-%d %H:%M:%S}Z in {found.log.checkpoint.origin}"
        click.echo(f"holds: record {read.opening.number + 1} of {read.batch['records']:,}, {told}\n{record}")
    return NOTHING_FOUND


@log_command.command(name="stamp", short_help="Have the checkpoint stamped with the time")
@_LOG
@_KEYS
@click.option("--authority", help="URL of a time-stamping authority (RFC 3161).")
@click.option(
    "--own", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of your own, see `authority`."
)
@click.option("--roots", type=_FILE, help="Certificates of the authority, PEM; your own's if not given.")
def _stamp(folder: Path, keys: Path | None, authority: str | None, own: Path | None, roots: Path | None) -> int:
    """Have the newest checkpoint stamped by a time-stamping authority, and keep checkpoint and stamp under LOG/tsa.

    Each is a file that `openssl ts -verify` reads too.
    """
    if (authority is None) == (own is None):
        raise click.UsageError("name either --authority or --own")
    if authority is not None and roots is None:
        raise click.UsageError("name the certificates of the authority with --roots")
    made: StampFiles = stamp_checkpoint(
        _open(folder, keys).checkpoint(),
        folder / "tsa",
        roots=roots or own_roots(own),
        ask=partial(stamp_by_http, authority) if authority else partial(stamp_here, own),
    )
    click.echo(f"{made.stamp}: {made.stamped.at:%Y-%m-%d %H:%M:%S}Z by {made.stamped.authority}, over {made.data}")
    return NOTHING_FOUND


@log_command.command(name="authority", short_help="Make a time-stamping authority of your own")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", required=True, help="Its name in the certificates.")
def _authority(folder: Path, name: str) -> int:
    """Make a time-stamping authority in FOLDER, for where no public one can be reached.

    It states its machine's clock and no more: put it on another machine than the log's.
    """
    make_authority(folder, name, valid_from=datetime.now(UTC))
    click.echo(f"{folder}: give readers {folder / 'authority.pem'}")
    return NOTHING_FOUND


@log_command.command(name="compare", short_help="Compare what two readers were shown")
@click.argument("one", type=_FILE)
@click.argument("other", type=_FILE)
@click.option("--log-toml", type=_FILE, required=True, help="What the log's keeper gave you: its name and its keys.")
@click.option("--log", "source", help="The folder of the log or of its copy, or the address that it is published at.")
@_JSON
def _compare(one: Path, other: Path, log_toml: Path, source: str | None, as_json: bool) -> int:
    """Compare two checkpoints of one log, as two readers were given them. Exits 1 where both cannot be true.

    Of different sizes, --log is asked what the larger one began with.
    """
    notes = [read_note(path.read_bytes(), str(path)) for path in (one, other)]
    smaller, larger = sorted(read_checkpoint(note.text).size for note in notes)
    shown = beginning_of(source, smaller, larger) if source and 0 < smaller < larger else None
    found = compare_notes(*notes, shown, log_policy(log_toml))
    if as_json:
        click.echo(json.dumps({"verdict": found.verdict.value, "because": found.because}, indent=2))
    else:
        click.echo(f"{found.verdict}: {found.because}")
    return FOUND if found.verdict.value in ("split", "unproved") else NOTHING_FOUND


@log_command.command(name="prove", short_help="Write the proof of a leaf")
@click.argument("what", metavar="LEAF")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where; LEAF.tlog-proof if not given.")
@_LOG
@_KEYS
def _prove(what: str, out: Path | None, folder: Path, keys: Path | None) -> int:
    """Write a proof of LEAF (its number, its digest, or the file that it is of), which `check` checks offline.

    The leaf's bytes stand in the proof as its extra data, since whoever checks must have them.
    """
    log = _open(folder, keys)
    number = _number_of(what, log)
    proof = log.prove(number)._replace(extra=entry_of(log.leaf(number)))
    target = out or Path(f"{number}.tlog-proof")
    target.write_bytes(write_proof(proof))
    click.echo(f"{target}: leaf {number} of {log.size:,}")
    return NOTHING_FOUND


@log_command.command(name="check", short_help="Check the proof of a leaf")
@click.argument("proof", type=_FILE)
@click.option("--of", "file", type=_FILE, help="The file that the leaf must be of.")
@click.option("--log-toml", type=_FILE, required=True, help="What the log's keeper gave you: its name and its keys.")
@_JSON
def _check(proof: Path, file: Path | None, log_toml: Path, as_json: bool) -> int:
    """Check PROOF without the log. Exits 2 where it does not hold."""
    read = read_proof(proof.read_bytes(), str(proof))
    leaf: Leaf = read_entry(read.extra)
    found = check_proof(read.extra, read, log_policy(log_toml), str(proof))
    if file is not None and digest_of_file(file) != leaf.sha256:
        raise InputError(f"its digest is not the leaf's, {leaf.sha256}", where=str(file), mend="name the right file")
    plain = {"leaf": read.leaf, **_plain(leaf), "origin": found.checkpoint.origin, "size": found.checkpoint.size}
    if as_json:
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        of_file = f", the digest of {file}" if file else ""
        click.echo(f"holds: leaf {read.leaf} of {found.checkpoint.origin}, {leaf.kind} {leaf.sha256}{of_file}")
    return NOTHING_FOUND


def _number_of(what: str, log: EvidenceLog) -> int:
    if what.isdecimal():
        if int(what) >= log.size:
            raise InputError(f"there is no leaf {what}", mend=f"the log has {log.size:,}, from 0")
        return int(what)
    digest = digest_of_file(Path(what)) if Path(what).is_file() else what
    found: tuple[int, ...] = log.find(digest)
    if not found:
        raise InputError(f"nothing of the digest {digest} was noted", mend="see: stillwatch log list")
    return found[0]


def _plain(leaf: Leaf) -> dict[str, Any]:
    moment = leaf.noted_at.isoformat().replace("+00:00", "Z")
    return {"kind": leaf.kind.value, "sha256": leaf.sha256, "noted_at": moment, "about": leaf.about}
