"""`stillwatch custody`: seal model weights and data, check them, and keep the record of who held them."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from stillwatch.faces.cli import custody_text
from stillwatch.faces.cli.evidence_option import EVIDENCE, notebook_at
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.progress import shown_progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.evidence.seal_custody import SealedCustody
    from stillwatch.service.evidence.state_custody import Received
    from stillwatch.service.evidence.verify_custody import VerifiedCustody

_EXTRA = "evidence"
_SERVICE = "stillwatch.service.evidence"
make_key = later(f"{_SERVICE}.custody_keys", "make_custody_key", extra=_EXTRA)
open_key = later("stillwatch.service.signing_keys", "open_any_key", extra=_EXTRA)
read_public_keys = later(f"{_SERVICE}.custody_keys", "read_public_keys", extra=_EXTRA)
public_pem = later("stillwatch.signing.key_kinds", "public_pem", extra=_EXTRA)
id_of = later("stillwatch.signing.key_kinds", "id_of", extra=_EXTRA)
custody_folder = later(f"{_SERVICE}.custody_folder", "CustodyFolder", extra=_EXTRA)
folder_beside = later(f"{_SERVICE}.custody_folder", "CustodyFolder.beside", extra=_EXTRA)
read_clock = later(f"{_SERVICE}.read_clock", "read_clock", extra=_EXTRA)
keeper_of = later(f"{_SERVICE}.seal_custody", "Keeper", extra=_EXTRA)
beginning_of = later(f"{_SERVICE}.seal_custody", "Beginning", extra=_EXTRA)
parents_of = later(f"{_SERVICE}.seal_custody", "parents_of", extra=_EXTRA)
seal_custody = later(f"{_SERVICE}.seal_custody", "seal_custody", extra=_EXTRA)
seal_options = later(f"{_SERVICE}.take_manifest", "SealOptions", extra=_EXTRA)
custody_kind = later("stillwatch.evidence.custody_statement", "CustodyKind", extra=_EXTRA)
reader_of = later(f"{_SERVICE}.verify_custody", "Reader", extra=_EXTRA)
verify_custody = later(f"{_SERVICE}.verify_custody", "verify_custody", extra=_EXTRA)
read_record = later(f"{_SERVICE}.verify_custody", "read_record", extra=_EXTRA)
receiver_of = later(f"{_SERVICE}.state_custody", "Receiver", extra=_EXTRA)
hand_over = later(f"{_SERVICE}.state_custody", "hand_over", extra=_EXTRA)
receive_custody = later(f"{_SERVICE}.state_custody", "receive", extra=_EXTRA)
disclose_custody = later(f"{_SERVICE}.state_custody", "disclose", extra=_EXTRA)
note_custody = later(f"{_SERVICE}.note_custody", "note_custody", extra=_EXTRA)
take_inventory = later(f"{_SERVICE}.inventory", "inventory", extra=_EXTRA)
inventory_statement = later("stillwatch.evidence.inventory_statement", "inventory_statement", extra=_EXTRA)
log_history = later(f"{_SERVICE}.log_settings", "history_of", extra=_EXTRA)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_WHAT = click.argument("what", type=click.Path(exists=True, path_type=Path), metavar="DIR")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_CUSTODY = click.option("--custody", type=_FOLDER, help="Where its seal and record lie; DIR.custody if not given.")
_TRUST = click.option(
    "--trust", multiple=True, type=_FILE, help="Public key of a keeper, PEM; as often as there are keepers."
)


def _signed(command: Callable[..., int]) -> Callable[..., int]:
    """Options of whoever signs a statement."""
    for option in (
        click.option("--key", required=True, help="Private key: a file, `pkcs11:...` or `agent:SHA256:...`."),
        click.option("--by", required=True, help="Who you are, in your own words."),
        click.option("--because", default="", help="Why."),
        click.option("--attestation", multiple=True, type=_FILE, help="A report on this machine, see `inventory`."),
        click.option("--no-hardware", is_flag=True, help="Leave the inventory of this machine out."),
        EVIDENCE,
        _CUSTODY,
        _JSON,
    )[::-1]:
        command = option(command)
    return command


def _hashed(command: Callable[..., int]) -> Callable[..., int]:
    """Options of how a seal is made."""
    for option in (
        click.option("--name", default="", help="Of the model or data; the folder's if not given."),
        click.option("--shard-bytes", type=click.IntRange(min=1 << 20), help="Hash files in parts of so many bytes."),
        click.option("--follow-links", is_flag=True, help="Take a link to a file for that file."),
        click.option("--with-git", is_flag=True, help="Seal .git, .gitattributes, .github and .gitignore too."),
    )[::-1]:
        command = option(command)
    return command


@click.group(name="custody")
def custody_command() -> None:
    """Seal model weights, adapters, data sets and container layers, check them, and keep the record of who held them.

    Needs no network. Keys under a passphrase are unlocked by what STILLWATCH_PASSPHRASE holds.
    """


@custody_command.command(name="key", short_help="Make a keeper's key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def _key(file: Path) -> int:
    """Make a key on P-256, which `model_signing` knows too: FILE for its owner alone, and FILE with .pub for others."""
    made = make_key(file, passphrase=passphrase())
    locked = "under a passphrase" if passphrase() else "not under a passphrase"
    click.echo(f"{file}: a new key, {locked}; give others {file.with_suffix('.pub')}\nid {id_of(made.public_key())}")
    return NOTHING_FOUND


@custody_command.command(name="public", short_help="Print the public half of a key")
@click.argument("key")
def _public(key: str) -> int:
    """Print the public half of KEY (a file, `pkcs11:...` or `agent:SHA256:...`) in PEM, for others to trust."""
    click.echo(public_pem(open_key(key, passphrase=passphrase()).public_key()), nl=False)
    return NOTHING_FOUND


@custody_command.command(name="seal", short_help="Seal a folder and begin its record")
@_WHAT
@click.option("--source", default="", help="Where it comes from.")
@_hashed
@_signed
def _seal(what: Path, source: str, **options: Any) -> int:
    """Hash all files of DIR (or one file), sign the manifest, and state that you hold it from now on.

    DIR is only read. A seal that was interrupted goes on where it was. `model_signing verify key` accepts the seal.
    """
    return _begin(what, "collect", {"source": source}, **options)


@custody_command.command(name="derive", short_help="Seal what was made out of something sealed")
@_WHAT
@click.option("--from", "parents", multiple=True, required=True, type=_FOLDER, help="Custody folder of what it is of.")
@click.option("--how", required=True, help="What was done: a training run, a conversion, a merge.")
@_TRUST
@_hashed
@_signed
def _derive(what: Path, parents: tuple[Path, ...], how: str, trust: tuple[Path, ...], **options: Any) -> int:
    """Seal DIR as made out of other things whose records (--from) are checked and named."""
    return _begin(what, "derive", {"parents": _parents(parents, trust, options["key"]), "how": how}, **options)


@custody_command.command(name="redact", short_help="Seal what is left after something was taken out")
@_WHAT
@click.option("--from", "parents", multiple=True, required=True, type=_FOLDER, help="Custody folder of the whole.")
@click.option("--how", required=True, help="How it was taken out.")
@click.option("--removed", required=True, help="What was taken out, as far as that may be told.")
@_TRUST
@_hashed
@_signed
def _redact(  # click passes each option by name
    what: Path, parents: tuple[Path, ...], how: str, removed: str, trust: tuple[Path, ...], **options: Any
) -> int:
    """Seal DIR as what is left of something sealed."""
    said = {"parents": _parents(parents, trust, options["key"]), "how": how, "removed": removed}
    return _begin(what, "redact", said, **options)


@custody_command.command(name="verify", short_help="Check a folder against its seal and record")
@_WHAT
@_TRUST
@click.option("--fast", is_flag=True, help="By BLAKE3 alone, which the seal has beside SHA-256.")
@click.option("--signature", type=_FILE, help="Check this signature alone, such as one that model_signing made.")
@click.option("--log-toml", type=_FILE, help="Each statement must stand in this log; keys that it tells are trusted.")
@_CUSTODY
@_JSON
def _verify(  # noqa: PLR0913, PLR0917  # click passes each option by name
    what: Path,
    trust: tuple[Path, ...],
    fast: bool,
    signature: Path | None,
    log_toml: Path | None,
    custody: Path | None,
    as_json: bool,
) -> int:
    """Check DIR: signatures, the record of custody, and every file.

    Exits 1 where files differ, 2 where a signature, the record or a proof does not hold. A check that was interrupted
    goes on where it was.
    """
    reader = reader_of(
        known=read_public_keys(trust),
        log=log_history(log_toml) if log_toml else None,
        signature=signature,
        is_fast=fast,
    )
    with shown_progress(Console(stderr=True), is_quiet=as_json) as progress:
        told = partial(progress, what.name)
        found: VerifiedCustody = verify_custody(what, _folder(what, custody), reader, progress=told)
    custody_text.show_verified(found, as_json=as_json)
    return FOUND if found.files.differences else NOTHING_FOUND


@custody_command.command(name="transfer", short_help="Hand over")
@_WHAT
@click.option("--to", required=True, type=_FILE, help="Public key of who is to receive it, PEM.")
@click.option("--to-name", required=True, help="Who that is.")
@click.option("--means", required=True, help="How it travels: a disk and its number, a line, a courier.")
@_TRUST
@_signed
def _transfer(what: Path, to: Path, to_name: str, means: str, trust: tuple[Path, ...], **options: Any) -> int:
    """State that DIR is handed over. You hold it until the receiver has signed, see `receive`."""
    folder = _folder(what, options["custody"])
    keeper = _keeper(**options)
    receiver = receiver_of(read_public_keys([to])[0], to_name, means)
    known = (*read_public_keys(trust), keeper.key.public_key())
    link = hand_over(folder, keeper, receiver, known)
    custody_text.show_link(link, _noted(folder, options["evidence"], known), as_json=options["as_json"])
    return NOTHING_FOUND


@custody_command.command(name="receive", short_help="Check what was handed over, and sign for it")
@_WHAT
@click.option("--fast", is_flag=True, help="By BLAKE3 alone.")
@_TRUST
@_signed
def _receive(what: Path, fast: bool, trust: tuple[Path, ...], **options: Any) -> int:
    """Check DIR and sign for it; nothing is signed where a file differs, and the exit code is 1."""
    folder = _folder(what, options["custody"])
    keeper = _keeper(**options)
    known = (*read_public_keys(trust), keeper.key.public_key())
    reader = reader_of(known=known, is_fast=fast)
    with shown_progress(Console(stderr=True), is_quiet=options["as_json"]) as progress:
        told = partial(progress, what.name)
        found: Received = receive_custody(what, folder, keeper, reader, progress=told)
    if found.link is None:
        custody_text.show_verified(found.verified, as_json=options["as_json"])
        return FOUND
    custody_text.show_link(found.link, _noted(folder, options["evidence"], known), as_json=options["as_json"])
    return NOTHING_FOUND


@custody_command.command(name="disclose", short_help="State to whom it was shown")
@_WHAT
@click.option("--to-name", required=True, help="To whom.")
@click.option("--authority", required=True, help="By what right: a contract, an order, a consent.")
@click.option("--extent", required=True, help="What of it, and whether as a copy.")
@_TRUST
@_signed
def _disclose(what: Path, to_name: str, authority: str, extent: str, trust: tuple[Path, ...], **options: Any) -> int:
    """State that DIR, or some of it, was shown or copied to somebody who does not become its keeper."""
    folder = _folder(what, options["custody"])
    keeper = _keeper(**options)
    known = (*read_public_keys(trust), keeper.key.public_key())
    said = {"to_name": to_name, "authority": authority, "extent": extent}
    link = disclose_custody(folder, keeper, said, known)
    custody_text.show_link(link, _noted(folder, options["evidence"], known), as_json=options["as_json"])
    return NOTHING_FOUND


@custody_command.command(name="history", short_help="Show who held it")
@_WHAT
@_TRUST
@_CUSTODY
@_JSON
def _history(what: Path, trust: tuple[Path, ...], custody: Path | None, as_json: bool) -> int:
    """Check the record of DIR, not its files, and show it."""
    _, found = read_record(_folder(what, custody), read_public_keys(trust))
    custody_text.show_history(found, as_json=as_json)
    return NOTHING_FOUND


@custody_command.command(name="prove", short_help="Have a transparency log know of it")
@_WHAT
@_TRUST
@EVIDENCE
@_CUSTODY
def _prove(what: Path, trust: tuple[Path, ...], evidence: Path | None, custody: Path | None) -> int:
    """Note the seal and each statement that the log does not know, and keep the proofs in the custody folder."""
    if evidence is None:
        raise click.UsageError("name the log with --evidence")
    folder = _folder(what, custody)
    numbers = _noted(folder, evidence, read_public_keys(trust))
    click.echo(f"{folder.path}: leaves {', '.join(map(str, numbers))}")
    return NOTHING_FOUND


def _begin(what: Path, kind: str, said: dict[str, Any], **options: Any) -> int:
    keeper = _keeper(**options)
    folder = _folder(what, options["custody"])
    hashing: dict[str, Any] = {"name": options["name"], "follows_links": options["follow_links"]}
    hashing["shard_size"] = options["shard_bytes"] or 0
    if options["with_git"]:
        hashing["ignored"] = ()
    beginning = beginning_of(kind=custody_kind(kind), what=said, options=seal_options(**hashing))
    with shown_progress(Console(stderr=True), is_quiet=options["as_json"]) as progress:
        told = partial(progress, what.name)
        sealed: SealedCustody = seal_custody(what, folder, keeper, beginning, progress=told)
    leaves = _noted(folder, options["evidence"], (keeper.key.public_key(),))
    custody_text.show_sealed(sealed, folder.seal, leaves, as_json=options["as_json"])
    return NOTHING_FOUND


def _keeper(  # the options of `_signed`
    *, key: str, by: str, because: str, attestation: tuple[Path, ...], no_hardware: bool, **_: Any
) -> Any:
    hardware: dict[str, Any] = {}
    if not no_hardware:
        hardware = inventory_statement(take_inventory(datetime.now(UTC), attestations=attestation))
    opened = open_key(key, passphrase=passphrase())
    return keeper_of(by=by, key=opened, clock=read_clock(), because=because, hardware=hardware)


def _parents(folders: tuple[Path, ...], trust: tuple[Path, ...], key: str) -> list[dict[str, str]]:
    own = open_key(key, passphrase=passphrase()).public_key()
    found: list[dict[str, str]] = parents_of([custody_folder(one) for one in folders], (*read_public_keys(trust), own))
    return found


def _folder(what: Path, custody: Path | None) -> Any:
    return custody_folder(custody) if custody else folder_beside(what)


def _noted(folder: Any, evidence: Path | None, known: Any) -> tuple[int, ...]:
    book = notebook_at(evidence)
    if book is None:
        return ()
    numbers: tuple[int, ...] = note_custody(folder, book, known, at=datetime.now(UTC))
    return numbers
