"""`stillwatch appeals`: denials that customers object to, and what people decide about them."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.appeal import AppealState
from stillwatch.faces.cli.audit_text import tell_audit
from stillwatch.faces.cli.evidence_option import note_acts
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Span

if TYPE_CHECKING:
    from stillwatch.core.appeal import Appeal
    from stillwatch.core.denial import Denial
    from stillwatch.service.calibration_report import CalibrationReport

calibration_json = later("stillwatch.faces.cli.calibration_text", "calibration_json")
calibration_text = later("stillwatch.faces.cli.calibration_text", "calibration_text")
appeals_of = later("stillwatch.service.guarding.appeals", "Appeals")
calibration_report = later("stillwatch.service.calibration_report", "calibration_report")
ruling_of = later("stillwatch.service.guarding.appeals", "Ruling")
who_of = later("stillwatch.service.guarding.appeals", "Who")

_STATE = click.option(
    "--state",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("stillwatch-out/guard.db"),
    show_default=True,
    envvar="STILLWATCH_STATE",
    show_envvar=True,
    help="The state that the guard keeps.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_BY = click.option("--by", required=True, help="Your name; it is kept with the appeal.")


@click.group(name="appeals")
def appeals_command() -> None:
    """Denials that customers object to, and what people decide about them."""


@appeals_command.command(name="list", short_help="List appeals")
@_STATE
@click.option("--only", type=click.Choice([one.value for one in AppealState]), help="Only those of this state.")
@_JSON
def _list(file: Path, only: str | None, as_json: bool) -> int:
    """List appeals, the oldest first. Exits 1 where one is open."""
    appeals = _open(file)
    found: tuple[Appeal, ...] = appeals.all(AppealState(only) if only else None)
    if as_json:
        click.echo(json.dumps({"appeals": [_plain(one) for one in found]}, indent=2, ensure_ascii=False))
    for one in () if as_json else found:
        decided = f" by {one.decided_by}" if one.decided_by else ""
        click.echo(f"{one.id}  {one.opened_at:%Y-%m-%d}  {one.state}{decided}  {one.key} {one.value}  {one.denial}")
    return FOUND if any(one.state is AppealState.OPEN for one in found) else NOTHING_FOUND


@appeals_command.command(name="show", short_help="Show a denial and its appeal")
@click.argument("name", metavar="ID")
@_STATE
@_JSON
def _show(name: str, file: Path, as_json: bool) -> int:
    """Show all that is on record of ID, a denial or an appeal: what the customer was told, and why it was."""
    appeals = _open(file)
    denial: Denial | None = appeals.denial(name)
    appeal: Appeal | None = None
    if denial is None or any(one.denial == name for one in appeals.all()):
        appeal = appeals.find(name)
        denial = denial or appeals.denial(appeal.denial)
    _tell(denial, appeal, as_json=as_json)
    return NOTHING_FOUND


@appeals_command.command(name="open", short_help="Open an appeal")
@click.argument("denial")
@_BY
@click.option("--statement", required=True, help="What the customer says.")
@click.option("--who", help="KEY=VALUE, such as account=a-1: whom it was about, where the denial is not on record.")
@_STATE
@_JSON
def _open_appeal(  # noqa: PLR0913, PLR0917  # click passes each option by name
    denial: str, by: str, statement: str, who: str | None, file: Path, as_json: bool
) -> int:
    """Open an appeal against DENIAL, the id that the customer was given with the refusal."""
    appeals = _open(file)
    appeal = appeals.open(denial, opened_by=by, statement=statement, who=_who(who, "--who"))
    _tell(appeals.denial(denial), appeal, as_json=as_json)
    return NOTHING_FOUND


@appeals_command.command(name="decide", short_help="Record what a person decided")
@click.argument("appeal")
@click.argument("state", type=click.Choice([one.value for one in AppealState if one is not AppealState.OPEN]))
@_BY
@click.option("--reason", required=True, help="Why; it is kept with the appeal.")
@click.option(
    "--exempt-for", type=Span(), default="90d", show_default=True, help="Overturned: how long the customer is spared."
)
@click.option("--exempt", help="Overturned: KEY=VALUE, who is spared, where it is not whom the denial names.")
@_STATE
@_JSON
def _decide(  # noqa: PLR0913, PLR0917  # click passes each option by name
    appeal: str,
    state: str,
    by: str,
    reason: str,
    exempt_for: timedelta,
    exempt: str | None,
    file: Path,
    as_json: bool,
) -> int:
    """Record what was decided about APPEAL. Overturned, the customer is spared by every guard within seconds.

    Writes exemptions.json and a line of calibration.jsonl beside the state. Deciding again changes the decision; both
    stay in the audit trail.
    """
    appeals = _open(file)
    ruling = ruling_of(
        state=AppealState(state), by=by, reason=reason, exempt_for=exempt_for, exempt=_who(exempt, "--exempt")
    )
    decided = appeals.decide(appeal, ruling)
    _tell(appeals.denial(decided.denial), decided, as_json=as_json)
    return NOTHING_FOUND


@appeals_command.command(name="exemptions", short_help="Write exemptions.json anew")
@_STATE
@_JSON
def _exemptions(file: Path, as_json: bool) -> int:
    """Write exemptions.json anew from the appeals, and show who is spared until when."""
    found = _open(file).write_exemptions()
    if as_json:
        click.echo(json.dumps({"exemptions": [_plain(one) for one in found]}, indent=2, ensure_ascii=False))
    for one in () if as_json else found:
        click.echo(f"{one.key} {one.value}  until {one.expires_at:%Y-%m-%d}  {one.appeal}  {one.reason}")
    return NOTHING_FOUND


@appeals_command.command(name="calibration", short_help="What appeals tell about denials")
@_STATE
@_JSON
def _calibration(file: Path, as_json: bool) -> int:
    """Show how many denials were appealed and overturned, how right they can have been, and what to do about it.

    Of the last 90 days, and of denials that a campaign was behind. Exits 1 where the stated confidence is refuted.
    """
    report: CalibrationReport = calibration_report(file, at=datetime.now(UTC))
    click.echo(calibration_json(report) if as_json else calibration_text(report))
    return FOUND if report.advice == "too_sure" else NOTHING_FOUND


@appeals_command.command(name="audit", short_help="Show the audit trail")
@_STATE
@_JSON
def _audit(file: Path, as_json: bool) -> int:
    """Show who did what: policies, covert rules loaded and carried out, appeals. Exits 1 where an entry was changed."""
    return tell_audit(_open(file).connection, as_json=as_json)


def _open(file: Path) -> Any:
    appeals = appeals_of(file, clock=time.time, new_id=lambda: f"ap-{secrets.token_hex(6)}")
    note_acts(file)
    click.get_current_context().call_on_close(appeals.close)
    return appeals


def _who(text: str | None, option: str) -> Any:
    if text is None:
        return None
    key, sign, value = text.partition("=")
    if not (key and sign and value):
        raise click.UsageError(f"{option} {text}: write KEY=VALUE, such as account=a-1")
    return who_of(key, value)


def _tell(denial: Denial | None, appeal: Appeal | None, *, as_json: bool) -> None:
    if as_json:
        plain = {"denial": _plain(denial), "appeal": _plain(appeal)}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
        return
    for title, value in (("denial", denial), ("appeal", appeal)):
        for name, shown in (_plain(value) or {}).items():
            if shown not in ("", None):
                click.echo(f"{title:<7} {name.replace('_', ' '):<16} {shown}")
    if denial is None:
        click.echo("denial  not on record")


def _plain(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    return {
        name: one.isoformat().replace("+00:00", "Z") if isinstance(one, datetime) else one
        for name, one in asdict(value).items()
    }
