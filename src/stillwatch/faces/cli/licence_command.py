"""`stillwatch licence`: leave to distil, signed by whoever serves the model, and what was used of it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console

from stillwatch.core.errors import InputError
from stillwatch.core.policy import Wants
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import open_log
from stillwatch.faces.cli.options import Moment
from stillwatch.faces.cli.progress import shown_progress

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from stillwatch.attribution.receipt import Receipt
    from stillwatch.core.licence import Licence
    from stillwatch.service.evidence.evidence_log import EvidenceLog
    from stillwatch.service.licences.count_usage import Counted
    from stillwatch.service.licences.export_licensed import Exported
    from stillwatch.service.licences.licence_folder import Standing

_EXTRA: Final = "attribution"
_FOLDER: Final = "stillwatch.service.licences.licence_folder"
licence_of = later("stillwatch.core.licence", "Licence")
read_licence = later("stillwatch.attribution.licence", "read_licence", extra=_EXTRA)
why_not = later("stillwatch.attribution.licence", "why_not", extra=_EXTRA)
write_receipt = later("stillwatch.attribution.receipt", "write_receipt", extra=_EXTRA)
read_receipt = later("stillwatch.attribution.receipt", "read_receipt", extra=_EXTRA)
issue_licence = later(_FOLDER, "issue_licence", extra=_EXTRA)
revoke_licence = later(_FOLDER, "revoke_licence", extra=_EXTRA)
licences_in = later(_FOLDER, "licences_in", extra=_EXTRA)
usage_in = later(_FOLDER, "usage_in", extra=_EXTRA)
keep_usage = later(_FOLDER, "keep_usage", extra=_EXTRA)
write_ledger = later("stillwatch.service.licences.licence_ledger", "write_licence_ledger", extra=_EXTRA)
count_usage = later("stillwatch.service.licences.count_usage", "count_usage", extra=_EXTRA)
check_receipt = later("stillwatch.service.licences.count_usage", "check_receipt", extra=_EXTRA)
export_licensed = later("stillwatch.service.licences.export_licensed", "export_licensed", extra=_EXTRA)
top_k = later("stillwatch.service.licences.export_licensed", "TopK", extra=_EXTRA)
token_ids = later("stillwatch.service.licences.token_ids", "TokenIds.read", extra=_EXTRA)
logs_of = later("stillwatch.service.licences.licensed_exchanges", "Logs", extra=_EXTRA)
reading_of = later("stillwatch.logs.reading", "Reading")
load_mapping = later("stillwatch.logs.mapping", "load_mapping")
open_signing_key = later("stillwatch.service.signing_keys", "open_signing_key", extra=_EXTRA)
read_public_key = later("stillwatch.service.licences.public_key", "read_public_key", extra=_EXTRA)
write_public_key = later("stillwatch.service.licences.public_key", "write_public_key", extra=_EXTRA)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_LICENCES = click.option(
    "--licences",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-out/licences"),
    show_default=True,
    help="Where the licences are kept.",
)
_SIGN = click.option("--key", required=True, help="The issuer's private key: a file, pkcs11:… or agent:….")
_ISSUER = click.option(
    "--issuer-key", "issuer_keys", type=_FILE, multiple=True, required=True, help="The issuer's public key; repeatable."
)
_LOG = click.option(
    "--log", "log_folder", type=click.Path(file_okay=False, path_type=Path), help="Note it in this transparency log."
)
_FEATURE = click.Choice([one.value for one in Wants])
_FORMAT = click.option("--format", "format_name", help="Force a log format (`stillwatch formats list`).")
_MAPPING = click.option("--mapping", type=_FILE, help="Mapping file, as for scan.")


@click.group(name="licence")
def licence_command() -> None:
    """Leave to distil, signed by whoever serves the model, and what was used of it.

    A scan puts accounts of a licence in force under review and never into a campaign, guards spare what its features
    name, and a dossier lists it.
    """


@licence_command.command(name="issue", short_help="Grant and sign a licence")
@click.argument("licence_id", metavar="ID")
@_LICENCES
@_SIGN
@_LOG
@click.option("--issuer", required=True, help="Who grants it.")
@click.option("--licensee", required=True, help="Who may distil.")
@click.option("--account", "accounts", multiple=True, required=True, help="An account by which it does; repeatable.")
@click.option("--teacher", "teachers", multiple=True, required=True, help="A model, or a glob of models; repeatable.")
@click.option("--purpose", required=True, help="What for.")
@click.option("--student", default="", help="What is trained, if it is known.")
@click.option("--from", "start", type=Moment(), help="Now if left out (UTC).")
@click.option("--until", "end", type=Moment(), required=True, help="Its end (UTC).")
@click.option("--tokens", type=click.IntRange(min=0), default=0, help="Of replies, in all; 0 = no limit.")
@click.option("--prompts", type=click.IntRange(min=0), default=0, help="In all; 0 = no limit.")
@click.option(
    "--feature",
    "features",
    multiple=True,
    type=_FEATURE,
    help="What guards let it have.",
)
@click.option("--mark", default="", help="Label of the key that its answers are marked with, such as grant/ID.")
def _issue(  # noqa: PLR0913, PLR0917  # click passes each option by name
    licence_id: str,
    folder: Path,
    key: str,
    log_folder: Path | None,
    issuer: str,
    licensee: str,
    accounts: tuple[str, ...],
    teachers: tuple[str, ...],
    purpose: str,
    student: str,
    start: int | None,
    end: int,
    tokens: int,
    prompts: int,
    features: tuple[str, ...],
    mark: str,
) -> int:
    """Sign licence ID, keep it, and print what the licensee is given."""
    now = datetime.now(UTC).replace(microsecond=0)
    licence: Licence = licence_of(
        id=licence_id,
        issuer=issuer,
        licensee=licensee,
        accounts=accounts,
        teachers=teachers,
        student=student,
        purpose=purpose,
        issued_at=now,
        valid_from=now if start is None else _moment(start),
        valid_until=_moment(end),
        most_tokens=tokens,
        most_prompts=prompts,
        features=tuple(Wants(one) for one in features),
        mark=mark,
    )
    signing = open_signing_key(key, passphrase=passphrase())
    path = issue_licence(licence, folder, signing, log=_opened(log_folder), at=now)
    click.echo(path.read_text("utf-8"), nl=False)
    click.echo(f"{path}: hand it to {licensee}; next, `stillwatch licence ledger` for scans and guards", err=True)
    return NOTHING_FOUND


@licence_command.command(name="public-key", short_help="Write the issuer's public key for licensees")
@_SIGN
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def _public_key(key: str, out: Path) -> int:
    """Write the public half of the issuer's key to OUT, as PEM, for whoever checks licences and receipts."""
    write_public_key(out, open_signing_key(key, passphrase=passphrase()).public_key())
    click.echo(f"{out}: the issuer's public key; hand it over by another way than the licence")
    return NOTHING_FOUND


@licence_command.command(name="verify", short_help="Check a licence")
@click.argument("file", type=_FILE)
@_ISSUER
@_JSON
def _verify(file: Path, issuer_keys: tuple[Path, ...], as_json: bool) -> int:
    """Check who signed the licence in FILE, and whether its term runs; exits 1 where it is not in force.

    Whether it was revoked, or is used up, its issuer alone can tell: `stillwatch licence list`.
    """
    licence: Licence = read_licence(file.read_text("utf-8"), _known(issuer_keys), str(file))
    reason = why_not(licence, at=datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(_plain(licence) | {"in_force": not reason, "because": reason}, indent=2))
    else:
        click.echo(f"{licence.id}: {licence.issuer} lets {licence.licensee} distil {', '.join(licence.teachers)}")
        click.echo(f"for {licence.purpose}, by {', '.join(licence.accounts)}, {_term(licence)}{_limits(licence)}")
        click.echo(f"not in force: {reason}" if reason else "signed by the issuer, and its term runs")
    return FOUND if reason else NOTHING_FOUND


@licence_command.command(name="list", short_help="Show licences as they stand")
@_LICENCES
@_ISSUER
@_JSON
def _list(folder: Path, issuer_keys: tuple[Path, ...], as_json: bool) -> int:
    """Show every licence with what was used of it."""
    found: tuple[Standing, ...] = licences_in(folder, _known(issuer_keys), at=datetime.now(UTC))
    if as_json:
        plain = [
            _plain(one.licence) | {"used": one.used._asdict(), "in_force": not one.why_not, "because": one.why_not}
            for one in found
        ]
        click.echo(json.dumps(plain, indent=2))
        return NOTHING_FOUND
    for one in found:
        used = f"{one.used.prompts:,} prompts, {one.used.output_tokens:,} tokens used{_limits(one.licence)}"
        click.echo(f"{one.licence.id:<16}  {one.licence.licensee:<24}  {one.why_not or 'in force'}; {used}")
    return NOTHING_FOUND


@licence_command.command(name="revoke", short_help="Let a licence count no longer")
@click.argument("licence_id", metavar="ID")
@_LICENCES
@_LOG
@click.option("--because", required=True, help="Why; it is kept.")
def _revoke(licence_id: str, folder: Path, log_folder: Path | None, because: str) -> int:
    """Revoke licence ID; write the ledger anew afterwards."""
    revoke_licence(licence_id, folder, because=because, log=_opened(log_folder), at=datetime.now(UTC))
    click.echo(f"{licence_id} is revoked; next, `stillwatch licence ledger` for scans and guards")
    return NOTHING_FOUND


@licence_command.command(name="ledger", short_help="Write licences in force for scans and guards")
@_LICENCES
@_ISSUER
@click.option("--authorised", "own", type=_FILE, help="Your own ledger, which goes before them.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    help="For --authorised of scans.",
)
def _ledger(folder: Path, issuer_keys: tuple[Path, ...], own: Path | None, out: Path) -> int:
    """Write the authorised-use ledger of all licences in force; one that is over, used up or revoked is left out."""
    standings = licences_in(folder, _known(issuer_keys), at=datetime.now(UTC))
    written: tuple[str, ...] = write_ledger(standings, out, own=own)
    click.echo(f"{out}: {len(written)} licences in force of {len(standings)}")
    return NOTHING_FOUND


@licence_command.command(name="usage", short_help="Count what was used, and sign a receipt")
@click.argument("licence_id", metavar="ID")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@_LICENCES
@_ISSUER
@click.option("--key", help="The issuer's private key: a file, pkcs11:… or agent:…; signs a receipt.")
@click.option("--receipt", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the receipt.")
@click.option("--list", "listed", type=click.Path(dir_okay=False, path_type=Path), help="Also list each exchange.")
@_FORMAT
@_MAPPING
@_JSON
def _usage(  # noqa: PLR0913, PLR0917  # click passes each option by name
    licence_id: str,
    logs: tuple[str, ...],
    folder: Path,
    issuer_keys: tuple[Path, ...],
    key: str | None,
    receipt: Path | None,
    listed: Path | None,
    format_name: str | None,
    mapping: Path | None,
    as_json: bool,
) -> int:
    """Count what LOGs hold of licence ID, from its beginning; a licence that is used up is no longer in force.

    Name all logs since the licence began: the count replaces that of before.
    """
    if receipt is not None and key is None:
        raise InputError("a receipt needs the issuer's private key", mend="add --key")
    standing = _standing(licence_id, folder, issuer_keys)
    with shown_progress(Console(stderr=True), is_quiet=as_json) as progress:
        read = logs_of(logs, _reading(format_name, mapping), progress)
        counted: Counted = count_usage(standing.licence, read, at=datetime.now(UTC), listed=listed)
    if not counted.faults:
        keep_usage(folder, usage_in(folder) | {licence_id: counted.receipt.used})
    if receipt is not None:
        text = write_receipt(counted.receipt, open_signing_key(key, passphrase=passphrase()))
        receipt.write_text(text + "\n", "utf-8")
    used = counted.receipt.used
    if as_json:
        plain = {"licence": licence_id, **used._asdict(), "root": counted.receipt.root}
        plain |= {name: getattr(counted, name) for name in ("others", "not_covered", "failed", "rejected", "faults")}
        click.echo(json.dumps(plain, indent=2))
    else:
        click.echo(f"{licence_id}: {used.prompts:,} prompts, {used.output_tokens:,} tokens{_limits(standing.licence)}")
        click.echo(f"not covered: {counted.not_covered:,}; without an answer: {counted.failed:,}")
        for fault in counted.faults:
            click.echo(f"not counted to the end, and not kept: {fault}", err=True)
    return INCOMPLETE if counted.faults else NOTHING_FOUND


@licence_command.command(name="check-receipt", short_help="Check a receipt against your own records")
@click.argument("receipt", type=_FILE)
@_ISSUER
@click.option("--exchanges", type=_FILE, required=True, help="Your records; see --list of usage.")
@_JSON
def _check_receipt(receipt: Path, issuer_keys: tuple[Path, ...], exchanges: Path, as_json: bool) -> int:
    """Check that RECEIPT is about the exchanges that you had, no more and no less."""
    read: Receipt = read_receipt(receipt.read_text("utf-8"), _known(issuer_keys), str(receipt))
    number = check_receipt(read, exchanges)
    if as_json:
        plain = asdict(replace(read)) | {"issued_at": read.issued_at.isoformat(), "used": read.used._asdict()}
        click.echo(json.dumps({"holds": True, **plain}, indent=2))
    else:
        click.echo(f"holds: {number:,} exchanges, {read.used.output_tokens:,} tokens of licence {read.licence}")
    return NOTHING_FOUND


@licence_command.command(name="export", short_help="Write licensed answers as training data")
@click.argument("licence_id", metavar="ID")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@_LICENCES
@_ISSUER
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="A new folder.")
@click.option(
    "--tokenizer", type=_FILE, help="The teacher's tokenizer.json: also write log-probabilities that the log has."
)
@click.option("--top-k", "most", type=click.IntRange(1, 128), default=5, show_default=True, help="Tokens a place.")
@_FORMAT
@_MAPPING
@_JSON
def _export(  # noqa: PLR0913, PLR0917  # click passes each option by name
    licence_id: str,
    logs: tuple[str, ...],
    folder: Path,
    issuer_keys: tuple[Path, ...],
    out: Path,
    tokenizer: Path | None,
    most: int,
    format_name: str | None,
    mapping: Path | None,
    as_json: bool,
) -> int:
    """Write what LOGs hold of licence ID as conversations for TRL's SFTTrainer, with a card that says where from.

    With --tokenizer, and where the licence grants `logprobs`, the likeliest tokens at each place go to topk.parquet.
    """
    top = top_k(token_ids(tokenizer), most) if tokenizer else None
    standing = _standing(licence_id, folder, issuer_keys)
    if standing.why_not:
        raise InputError(f"licence {licence_id} is not in force: {standing.why_not}", mend="issue a new one")
    with shown_progress(Console(stderr=True), is_quiet=as_json) as progress:
        read = logs_of(logs, _reading(format_name, mapping), progress)
        made: Exported = export_licensed(standing, read, out, at=datetime.now(UTC), top=top)
    if as_json:
        click.echo(json.dumps(made._asdict(), indent=2))
    else:
        left = f"left out {made.later_turns:,} later turns and {made.empty:,} without text"
        told = f", {made.with_logprobs:,} of them with log-probabilities" if top else ""
        click.echo(f"{out}: {made.written:,} conversations{told}; {left}")
    return INCOMPLETE if made.faults else NOTHING_FOUND


def _standing(licence_id: str, folder: Path, issuer_keys: tuple[Path, ...]) -> Standing:
    found: tuple[Standing, ...] = licences_in(folder, _known(issuer_keys), at=datetime.now(UTC))
    by_id = {one.licence.id: one for one in found}
    if licence_id not in by_id:
        mend = f"it has {', '.join(by_id) or 'none'}"
        raise InputError(f"there is no licence {licence_id!r}", where=str(folder), mend=mend)
    return by_id[licence_id]


def _known(paths: tuple[Path, ...]) -> tuple[Ed25519PublicKey, ...]:
    return tuple(read_public_key(path) for path in paths)


def _reading(format_name: str | None, mapping: Path | None) -> Any:
    return reading_of(format_name=format_name, mapping=load_mapping(mapping) if mapping else None)


def _opened(folder: Path | None) -> EvidenceLog | None:
    return open_log(folder) if folder else None


def _moment(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(nanoseconds // 10**9, UTC)


def _term(licence: Licence) -> str:
    return f"{licence.valid_from:%Y-%m-%d %H:%M}Z to {licence.valid_until:%Y-%m-%d %H:%M}Z"


def _limits(licence: Licence) -> str:
    limits = [f"{licence.most_prompts:,} prompts"] if licence.most_prompts else []
    limits += [f"{licence.most_tokens:,} tokens"] if licence.most_tokens else []
    return f" (of {' and '.join(limits)})" if limits else ""


def _plain(licence: Licence) -> dict[str, Any]:
    moments = {name: getattr(licence, name).isoformat() for name in ("issued_at", "valid_from", "valid_until")}
    return asdict(licence) | moments
