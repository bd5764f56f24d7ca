"""`stillwatch match`: learn what two members share, and nothing else of either."""

from __future__ import annotations

import json
import os
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.match_epoch_command import epoch_group

if TYPE_CHECKING:
    from stillwatch.service.sharing.make_tokens import Made
    from stillwatch.service.sharing.token_file import ToCompare, Token

_SERVICE = "stillwatch.service.sharing"
asking_of = later(f"{_SERVICE}.make_tokens", "Asking", extra="intel")
compare_tokens = later(f"{_SERVICE}.compare_tokens", "compare_tokens")
epoch_tokens = later(f"{_SERVICE}.make_tokens", "epoch_tokens", extra="intel")
holder_line = later(f"{_SERVICE}.ask_holder", "HolderLine", extra="intel")
fast_ristretto = later("stillwatch.service.sharing.fast_ristretto", "fast_ristretto")
load_ristretto = later("stillwatch.intel.ristretto", "load_ristretto")
open_intel = later(f"{_SERVICE}.intel_state", "open_intel")
pair_key = later("stillwatch.intel.pairwise", "pair_key")
pair_tokens = later(f"{_SERVICE}.make_tokens", "pair_tokens", extra="intel")
read_epoch = later("stillwatch.intel.match_epoch", "read_epoch")
read_secret = later("stillwatch.service.secret_files", "read_secret")
read_tokens = later(f"{_SERVICE}.token_file", "read_tokens")
read_values = later(f"{_SERVICE}.token_file", "read_values")
received_indicators = later(f"{_SERVICE}.held", "received_indicators")
tokens_in = later(f"{_SERVICE}.compare_tokens", "tokens_in")
write_given = later(f"{_SERVICE}.token_file", "write_given")
write_kept = later(f"{_SERVICE}.token_file", "write_kept")
write_secret = later("stillwatch.service.secret_files", "write_secret")

_FILE = click.Path(dir_okay=False, path_type=Path)
_THERE = click.Path(dir_okay=False, exists=True, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_TOKEN = "STILLWATCH_MEMBER_TOKEN"  # noqa: S105  # the variable's name
_PAIR_BYTES = 32
_MANY = 10_000
"""Values from which the quicker check of the proofs is worth a second of loading."""


@click.group(name="match")
def match_command() -> None:
    """Learn which accounts, mail addresses, phones, payments or devices two members share, and nothing else.

    Members make tokens of what they have, under the key of an epoch that a hub holds and that answers so many questions
    a member, or under the key of a pair. Equal tokens are equal values.
    """


match_command.add_command(epoch_group)


@match_command.command(name="pair", short_help="Make a key for two")
@click.argument("file", type=_FILE)
def _pair(file: Path) -> int:
    """Make a key for two and write it to FILE; carry it to the other one by hand.

    Whoever has it can try all phone numbers there are against tokens of the pair: for a group use an epoch.
    """
    write_secret(file, secrets.token_hex(_PAIR_BYTES).encode() + b"\n")
    click.echo(f"{file}: a new key for two; carry it by hand, and keep it as a password is kept")
    return NOTHING_FOUND


@match_command.command(name="tokens", short_help="Make tokens of values")
@click.argument("values", type=_THERE)
@click.option("--epoch", "epoch_file", type=_THERE, help="The epoch's file, as all members have it.")
@click.option("--token-file", type=_FILE, help=f"Your token of the hub; else what {_TOKEN} holds.")
@click.option("--authority", type=_THERE, help="Certificates (PEM) to believe in, where the hub's is of no public one.")
@click.option("--pair", "pair_file", type=_FILE, help="The key of a pair, in place of an epoch.")
@click.option("--period", help="With --pair: what the two call the time for which tokens are made, such as 2026-w48.")
@click.option("--keep", required=True, type=_FILE, help="Tokens with your values: for you alone.")
@click.option("--give", type=_FILE, help="Tokens without your values: for others.")
@_JSON
def _tokens(  # noqa: PLR0913, PLR0917  # click passes each option by name
    values: Path,
    epoch_file: Path | None,
    token_file: Path | None,
    authority: Path | None,
    pair_file: Path | None,
    period: str | None,
    keep: Path,
    give: Path | None,
    as_json: bool,
) -> int:
    """Make tokens of VALUES, a CSV with the columns kind and value, and label if you like.

    Values that have a token in the file of --keep are not asked again. Exits 3 where a value was refused since nobody
    else would write it alike, or where the quota ended before the values did.
    """
    found: tuple[ToCompare, ...] = read_values(values)
    if pair_file is not None and period and epoch_file is None:
        made: Made = pair_tokens(found, pair_key(_pair_secret(pair_file), period))
    elif epoch_file is not None and pair_file is None:
        made = _of_epoch(found, epoch_file, keep, holder_line(_member_token(token_file), authority=authority))
    else:
        raise click.UsageError("give --epoch, or --pair with --period")
    write_kept(keep, made.tokens)
    if give is not None:
        write_given(give, made.tokens)
    refused = [one._asdict() for one in made.refused]
    if as_json:
        plain = {"tokens": len(made.tokens), "asked": made.asked, "refused": refused, "stopped_by": made.stopped_by}
        click.echo(json.dumps(plain, indent=2))
    else:
        click.echo(f"{keep}: {len(made.tokens):,} tokens" + (f", {made.asked:,} asked" if epoch_file else ""))
        for one in made.refused:
            click.echo(f"value {one.place}: {one.why}", err=True)
        if made.stopped_by:
            click.echo(f"the rest has no tokens: {made.stopped_by}", err=True)
    return INCOMPLETE if made.refused or made.stopped_by else NOTHING_FOUND


@match_command.command(name="compare", short_help="Find what both have")
@click.argument("mine", type=_THERE)
@click.argument("theirs", nargs=-1, type=_THERE)
@click.option("--intel", type=_THERE, help="What peers have told: tokens among received indicators.")
@_JSON
def _compare(mine: Path, theirs: tuple[Path, ...], intel: Path | None, as_json: bool) -> int:
    """Find which values in MINE, tokens that you keep, are in THEIRS too. Exits 1 where some are."""
    others: list[Token] = [one for path in theirs for one in read_tokens(path)]
    if intel is not None:
        connection = open_intel(intel, must_exist=True)
        click.get_current_context().call_on_close(connection.close)
        others += tokens_in(one.indicator for one in received_indicators(connection, at=time.time()))
    if not theirs and intel is None:
        raise click.UsageError("name files of THEIRS, or give --intel")
    shared: tuple[Token, ...] = compare_tokens(read_tokens(mine), others)
    if as_json:
        click.echo(json.dumps({"shared": [_plain(one) for one in shared]}, indent=2, ensure_ascii=False))
    for one in () if as_json else shared:
        click.echo("  ".join(filter(None, (one.kind, one.value, one.label))))
    return FOUND if shared else NOTHING_FOUND


def _of_epoch(values: tuple[ToCompare, ...], epoch_file: Path, keep: Path, line: Any) -> Made:
    epoch = read_epoch(epoch_file.read_bytes(), where=str(epoch_file))
    group = load_ristretto() if len(values) < _MANY else fast_ristretto(load_ristretto())
    asking = asking_of(group=group, ask=line, progress=_tell)
    made: Made = epoch_tokens(values, epoch, asking, known=read_tokens(keep) if keep.exists() else ())
    return made


def _tell(done: int, whole: int) -> None:
    if done < whole:
        click.echo(f"{done:,} of {whole:,} values have a token", err=True)


def _member_token(file: Path | None) -> str:
    if file is not None:
        return str(read_secret(file).decode("utf-8", "replace").strip())
    if not (token := os.environ.get(_TOKEN, "").strip()):
        raise SettingsError("no token of the hub", mend=f"give --token-file, or set {_TOKEN}")
    return token


def _pair_secret(file: Path) -> bytes:
    try:
        return bytes.fromhex(read_secret(file).decode("ascii"))
    except ValueError as error:
        raise SettingsError(
            "no key of a pair", where=str(file), mend="make one with `stillwatch match pair`"
        ) from error


def _plain(one: Token) -> dict[str, str]:
    return {"kind": one.kind, "value": one.value, "label": one.label, "form": one.form, "key_id": one.key_id}
