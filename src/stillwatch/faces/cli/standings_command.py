"""`stillwatch standings`: look into the table that guards decide by."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Moment

if TYPE_CHECKING:
    from stillwatch.service.guarding.show_standings import AskedKey, ShownStandings, StandingGroup

show_standings = later("stillwatch.service.guarding.show_standings", "show_standings")


@click.group(name="standings")
def standings_command() -> None:
    """The table that guards decide by: who stands where."""


@standings_command.command(name="show", short_help="Who stands where, by what reason, until when")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", "keys", multiple=True, help="NAME=VALUE, such as account=a-1: where it stands. Repeatable.")
@click.option("--at", type=Moment(), help="When standings are to hold (UTC); now if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def _show(file: Path, keys: tuple[str, ...], at: int | None, as_json: bool) -> int:
    """Show who stands where in FILE, a standings.bin: how many by which key, by what reason, until when.

    The table holds hashes, so it lists nobody; --key asks where one stands. NAME is account, api_key (the id as the log
    has it), user, organisation, team, end_user, address, prefix, client or template. Exits 1 where a standing was found
    that holds.
    """
    moment = datetime.now(UTC) if at is None else datetime.fromtimestamp(at / 1e9, UTC)
    shown: ShownStandings = show_standings(file, at=moment, keys=[_pair(key) for key in keys])
    if as_json:
        click.echo(json.dumps(_plain(shown), indent=2, ensure_ascii=False))
    elif keys:
        click.echo("\n".join(line for one in shown.asked for line in _told_of_key(one)))
    else:
        click.echo("\n".join([_head(file, shown), *(_told(one) for one in shown.groups)]))
    holds = any(one.holds for asked in shown.asked for one in asked.standings) if keys else bool(shown.groups)
    return FOUND if holds else NOTHING_FOUND


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not (name and sign and value):
        raise click.UsageError(f"--key {text}: write NAME=VALUE, such as account=a-1")
    return name, value


def _head(file: Path, shown: ShownStandings) -> str:
    expired = f", {shown.expired:,} of them have run out" if shown.expired else ""
    return f"{file}: published {_minute(shown.published_at)}, {shown.rows:,} rows{expired}"


def _told(group: StandingGroup) -> str:
    counted = ", ".join(f"{count:,} by {key.replace('_', ' ')}" for key, count in group.keys.items())
    low, high = f"{group.least_confidence:.3g}", f"{group.most_confidence:.3g}"
    sure = high if low == high else f"{low} to {high}"
    note = ", experimental" if group.is_experimental else ""
    return (
        f"{group.subject}  {group.role}{note}  {counted}  confidence {sure}  "
        f"since {_minute(group.since)}  until {_minute(group.expires_at)}  {group.source}: {group.reason}"
    )


def _told_of_key(asked: AskedKey) -> list[str]:
    if not asked.standings:
        return [f"{asked.key} {asked.value}  stands nowhere"]
    return [
        f"{asked.key} {asked.value}  {one.role} of {one.subject}{', experimental' if one.is_experimental else ''}  "
        f"confidence {one.confidence:.3g}  since {_minute(one.since)}  "
        f"{'until' if one.holds else 'RAN OUT'} {_minute(one.expires_at)}  {one.source}: {one.reason}"
        for one in asked.standings
    ]


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
