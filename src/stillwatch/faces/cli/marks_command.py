"""`stillwatch marks`: the keys that answers are marked with, committed to before they mark anything."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.core.errors import InputError
from stillwatch.faces.cli.attribution_options import LOG, RING
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import open_log
from stillwatch.faces.cli.marks_coins import codebook_command, pick_command
from stillwatch.faces.cli.marks_served import note_served_command, served_command

if TYPE_CHECKING:
    from stillwatch.attribution.engine import Engine
    from stillwatch.attribution.scheme import SchemeFamily
    from stillwatch.core.deployed_mark import DeployedMark
    from stillwatch.service.attribution.commit_keys import CommittedKey
    from stillwatch.service.attribution.deploy_mark import Handed
    from stillwatch.service.attribution.mark_keys import MarkKeys

_EXTRA: Final = "attribution"
make_ring = later("stillwatch.service.attribution.mark_keys", "MarkKeys.make", extra=_EXTRA)
open_ring = later("stillwatch.service.attribution.mark_keys", "MarkKeys.open", extra=_EXTRA)
commit_keys = later("stillwatch.service.attribution.commit_keys", "commit_keys", extra=_EXTRA)
committed_key = later("stillwatch.service.attribution.commit_keys", "committed_key", extra=_EXTRA)
statement_of = later("stillwatch.service.attribution.commit_keys", "statement_of", extra=_EXTRA)
deploy_mark = later("stillwatch.service.attribution.deploy_mark", "deploy_mark", extra=_EXTRA)
deployed_marks = later("stillwatch.service.attribution.deploy_mark", "deployed_marks", extra=_EXTRA)
shares_of = later("stillwatch.service.attribution.escrow", "shares_of", extra=_EXTRA)
restore_master = later("stillwatch.service.attribution.escrow", "restore_master", extra=_EXTRA)
read_label = later("stillwatch.attribution.key_ring", "read_label", extra=_EXTRA)
read_settings = later("stillwatch.attribution.parameters", "read_settings")
open_scheme = later("stillwatch.attribution.scheme_shelf", "open_scheme")
scheme_families = later("stillwatch.attribution.scheme_shelf", "scheme_families")
engines = later("stillwatch.attribution.engine", "engines")
engine_named = later("stillwatch.attribution.engine", "engine_named")
digest_of_file = later("stillwatch.evidence.leaf_entry", "digest_of_file", extra=_EXTRA)

_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_KEY = click.option("--key", required=True, help="Its label: global/EPOCH, cohort/ID/EPOCH, grant/ID …")
_USUAL_DAYS: Final = 7


@click.group(name="marks")
def marks_command() -> None:
    """The keys that answers are marked with, committed to before they mark anything.

    Engines do the marking; here are the keys, the proof of when they were chosen, and the register of who marks with
    what. Whoever holds a key can forge its mark, so a ring is kept like a signing key.
    """


marks_command.add_command(codebook_command)
marks_command.add_command(pick_command)
marks_command.add_command(served_command)
marks_command.add_command(note_served_command)


@marks_command.command(name="init", short_help="Begin a ring of keys")
@RING
@click.option("--first-day", type=click.DateTime(["%Y-%m-%d"]), help="First day of the first epoch; today if left out.")
@click.option("--days", default=_USUAL_DAYS, show_default=True, help="Length of an epoch.")
def _init(folder: Path, first_day: datetime | None, days: int) -> int:
    """Make a ring with a master secret of its own."""
    begin = (first_day or datetime.now(UTC)).date()
    ring: MarkKeys = make_ring(folder, begin=begin, days=days)
    click.echo(f"{folder}: epochs of {ring.epochs.days} days from {begin}; next, commit to keys and escrow the secret")
    return NOTHING_FOUND


@marks_command.command(name="commit", short_help="Commit to keys in the transparency log")
@RING
@LOG
@click.option("--epochs", default=8, show_default=True, help="Of the global key, so many epochs from now on.")
@click.option("--key", "keys", multiple=True, help="A label beside those, such as cohort/c-17/2026-11-16 or grant/g-1.")
@_JSON
def _commit(folder: Path, log_folder: Path, epochs: int, keys: tuple[str, ...], as_json: bool) -> int:
    """Commit to the global keys of the coming epochs, and to any others that are named, before they mark anything."""
    ring: MarkKeys = open_ring(folder)
    now = datetime.now(UTC)
    coming = islice(ring.epochs.following(ring.epochs.at(now)), max(0, epochs))
    labels = [read_label(f"global/{epoch}") for epoch in coming] + [read_label(one) for one in keys]
    fresh = [str(one) for one in commit_keys(ring, labels, open_log(log_folder), at=now)]
    if as_json:
        click.echo(json.dumps({"committed": fresh}))
    else:
        click.echo(f"committed to {len(fresh)} keys: {', '.join(fresh)}" if fresh else "all of them were committed to")
    return NOTHING_FOUND


@marks_command.command(name="config", short_help="Configure an engine, and register that it marks")
@click.argument("engine")
@RING
@LOG
@_KEY
@click.option("--scheme", required=True, help="See `stillwatch marks schemes`.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of the scheme.")
@click.option("--model", "models", multiple=True, help="A model that the engine serves, as customers name it.")
@click.option("--tag", default="", help="Of the guard's policy: requests with it go to this engine.")
@click.option("--tokenizer", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its tokenizer's file.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write a file the engine reads.")
@_JSON
def _config(  # noqa: PLR0913, PLR0917  # click passes each option by name
    engine: str,
    folder: Path,
    log_folder: Path,
    key: str,
    scheme: str,
    settings: tuple[str, ...],
    models: tuple[str, ...],
    tag: str,
    tokenizer: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Print what ENGINE is started with; the printed text holds the key.

    Contexts of two tokens are set unless --set context_width says otherwise: they let a model be traced, which the
    usual four hardly do.
    """
    ring: MarkKeys = open_ring(folder)
    found: CommittedKey = committed_key(ring, read_label(key), open_log(log_folder))
    opened = open_scheme(scheme, _parameters(scheme, settings))
    digest = digest_of_file(tokenizer) if tokenizer else ""
    handed: Handed = deploy_mark(
        ring, engine, opened, found, models=models, tokenizer_sha256=digest, at=datetime.now(UTC), tag=tag
    )
    arguments = [one.format(file=out) if one == "{file}" else one for one in handed.config.arguments]
    if handed.config.file is not None:
        if out is None:
            raise InputError(f"{engine} reads a file", mend="name one with --out FILE")
        _write_private(out, handed.config.file)
    about: Engine = engine_named(engine)
    if as_json:
        plain = {"arguments": arguments, "code": handed.config.code, "key_id": found.id, "strip": list(about.strip)}
        click.echo(json.dumps(plain | {"unmarked": about.unmarked, "is_compared": scheme in about.compared}, indent=2))
        return NOTHING_FOUND
    click.echo(handed.config.code or " ".join(_quoted(one) for one in arguments))
    click.echo(f"key {found.id}, committed to in leaf {found.leaf}; unmarked stay {about.unmarked}", err=True)
    if about.strip:
        click.echo(f"have the gateway take out: {', '.join(about.strip)} (`strip_sampler` does)", err=True)
    if scheme not in about.compared:
        click.echo("what it draws was not compared bit by bit: test some of its answers first", err=True)
    return NOTHING_FOUND


@marks_command.command(name="deployed", short_help="Which engine marks with which key")
@RING
@_JSON
def _deployed(folder: Path, as_json: bool) -> int:
    """Show the register, the oldest first."""
    found: tuple[DeployedMark, ...] = deployed_marks(open_ring(folder))
    if as_json:
        click.echo(json.dumps([asdict(one) | {"at": one.at.isoformat()} for one in found], indent=2))
        return NOTHING_FOUND
    for one in found:
        models = ", ".join(one.models) or "all models"
        click.echo(
            f"{one.at:%Y-%m-%d %H:%M}  {one.engine:<12}  {one.scheme:<20}  {one.label:<28}  {one.key_id}  {models}"
        )
    return NOTHING_FOUND


@marks_command.command(name="schemes", short_help="Schemes, and engines that draw them")
@_JSON
def _schemes(as_json: bool) -> int:
    """List what text can be marked with and tested for."""
    families: tuple[SchemeFamily, ...] = scheme_families()
    drawn = {one.name: [engine.name for engine in engines() if one.name in engine.schemes] for one in families}
    if as_json:
        plain = [
            {"name": f.name, "title": f.title, "parameters": dict(f.defaults), "engines": drawn[f.name]}
            for f in families
        ]
        click.echo(json.dumps(plain, indent=2))
        return NOTHING_FOUND
    for family in families:
        engine_names = ", ".join(drawn[family.name]) or "reference sampler"
        settings = " ".join(f"{name}={value}" for name, value in family.defaults.items())
        click.echo(f"{family.name:<22}  {family.title}\n{'':<22}  {engine_names}; {settings}")
    return NOTHING_FOUND


@marks_command.command(name="rotate", short_help="Make a new master secret")
@RING
@click.option("--from", "first_epoch", required=True, help="First epoch whose keys it makes, as 2026-12-07.")
def _rotate(folder: Path, first_epoch: str) -> int:
    """Make a new master secret for the epochs from one on; keys of earlier ones stay, for tests."""
    ring: MarkKeys = open_ring(folder).rotate(first_epoch=first_epoch)
    click.echo(f"{ring.path_of(ring.masters[-1].number)}: makes the keys from {first_epoch} on; commit to them next")
    return NOTHING_FOUND


@marks_command.command(name="reveal", short_help="Show one key, for a court")
@RING
@LOG
@_KEY
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where to write it.")
def _reveal(folder: Path, log_folder: Path, key: str, out: Path) -> int:
    """Write the secret of one key with the statement that committed to it; whoever has it can forge that mark."""
    ring: MarkKeys = open_ring(folder)
    found: CommittedKey = committed_key(ring, read_label(key), open_log(log_folder))
    _write_private(
        out,
        {"label": key, "secret": found.secret.hex(), "statement": statement_of(ring, found.label), "leaf": found.leaf},
    )
    click.echo(f"{out}: the secret of {key}, committed to in leaf {found.leaf}; mark nothing with it from now on")
    return NOTHING_FOUND


@marks_command.command(name="escrow", short_help="Split a master secret into shares on paper")
@RING
@click.option("--master", default=1, show_default=True, help="Number of the master secret.")
@click.option("--needed", default=2, show_default=True, help="So many shares bring it back.")
@click.option("--of", "of", default=3, show_default=True, help="So many are made.")
def _escrow(folder: Path, master: int, needed: int, of: int) -> int:
    """Print shares of a master secret in words (SLIP-39), under the passphrase in STILLWATCH_PASSPHRASE if set."""
    for number, share in enumerate(shares_of(open_ring(folder), master, needed=needed, of=of, passphrase=_locked()), 1):
        click.echo(f"share {number} of {of}, {needed} needed: {share}")
    return NOTHING_FOUND


@marks_command.command(name="restore", short_help="Bring a master secret back from shares")
@RING
@click.option("--master", default=1, show_default=True, help="Number of the master secret.")
@click.argument("shares", nargs=-1, required=True, metavar="SHARE...")
def _restore(folder: Path, master: int, shares: tuple[str, ...]) -> int:
    """Write a master secret again out of enough SHAREs, each one argument of words."""
    ring: MarkKeys = open_ring(folder)
    restore_master(ring, master, shares, passphrase=_locked())
    click.echo(f"{ring.path_of(master)}: restored; compare an id with the register: stillwatch marks deployed")
    return NOTHING_FOUND


def _locked() -> bytes:
    return passphrase() or b""


def _parameters(scheme: str, settings: tuple[str, ...]) -> dict[str, Any]:
    defaults: dict[str, Any] = next((dict(one.defaults) for one in scheme_families() if one.name == scheme), {})
    usual = {"context_width": 2} if "context_width" in defaults else {}
    return {**usual, **read_settings(",".join(settings))}


def _write_private(path: Path, content: dict[str, Any]) -> None:
    path.touch(0o600)
    path.chmod(0o600)
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")


def _quoted(text: str) -> str:
    return f"'{text}'" if any(sign in text for sign in ' "{') else text
