"""`stillwatch policy`: check a guard's policy, and try it on a log before it is followed."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.policy_text import ladder, tried_lines
from stillwatch.faces.cli.progress import shown_progress

policy_check = later("stillwatch.service.guarding.policy_check", "policy_check")
policy_try = later("stillwatch.service.guarding.policy_try", "policy_try")
try_settings = later("stillwatch.service.guarding.policy_try", "TrySettings")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@click.group(name="policy")
def policy_command() -> None:
    """Check a guard's policy; try it on a log before it is followed."""


@policy_command.command(name="check", short_help="Say whether a policy is valid, and what it does")
@click.argument("file", type=_FILE)
@_JSON
def _check(file: Path, as_json: bool) -> int:
    """Check the policy in FILE: an error names its line and the mend; a valid one is told in words, with remarks.

    Exits 0 when it is valid, 1 when it is valid but there is a remark, 2 when it is not.
    """
    checked = policy_check(file, now=datetime.now(UTC))
    if as_json:
        plain = {"policy": _plain(asdict(checked.policy)), "remarks": list(checked.remarks)}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        for line in (*ladder(checked.policy), *(f"note: {remark}" for remark in checked.remarks)):
            click.echo(line)
    return FOUND if checked.remarks else NOTHING_FOUND


@policy_command.command(name="try", short_help="Say whom a policy would have hit in a log")
@click.argument("file", type=_FILE)
@click.argument("logs", nargs=-1, metavar="LOG...", required=True)
@click.option("--standings", type=_FILE, help="standings.bin, standings.json or campaigns.json of a scan or a watch.")
@click.option("--against", type=_FILE, help="Another policy, such as the one in force, to compare with.")
@click.option("--as-written", "is_as_written", is_flag=True, help="Leave in shadow mode what is in it.")
@click.option("--accounts", type=_FILE, help="As for scan: says which identity of the log is the account.")
@click.option(
    "--unit",
    type=click.Choice(["account_id", "user_id", "api_key_id", "team_id", "org_id", "end_user_id"]),
    help="As for scan.",
)
@click.option("--format", "format_name", help="Force a log format (`stillwatch formats list`).")
@click.option("--mapping", type=_FILE, help="Mapping file, as for scan.")
@_JSON
@click.option("--quiet", is_flag=True, help="No progress bars.")
def _try(file: Path, logs: tuple[str, ...], as_json: bool, quiet: bool, **options: Any) -> int:
    """Replay LOG (files, folders or globs) in order of time through the policy in FILE; show whom it would have hit.

    Rules are tried as if all were enforced, and standings as if they had been known from the first request on: the
    answer is the most that the policy would have done. Exits 1 where anybody would have been hit.
    """
    with shown_progress(Console(stderr=True), is_quiet=quiet or as_json) as progress:
        tried = policy_try(try_settings(policy=file, logs=logs, **options), now=datetime.now(UTC), progress=progress)
    if as_json:
        click.echo(json.dumps(_plain(asdict(tried)), indent=2, ensure_ascii=False))
    else:
        for line in tried_lines(tried):
            click.echo(line)
    if tried.faults:
        return INCOMPLETE
    return FOUND if tried.trial.accounts else NOTHING_FOUND


def _plain(value: Any) -> Any:
    """Values as JSON has them: times in RFC 3339, sets in order."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, frozenset):
        return [_plain(one) for one in sorted(value)]
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value
