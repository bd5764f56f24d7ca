"""`stillwatch reviews`: candidates of screens, and what people decide about them."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.screened import ReviewState
from stillwatch.faces.cli.evidence_option import note_acts
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from stillwatch.service.screening.records import Known

screen_records = later("stillwatch.service.screening.records", "ScreenRecords")
first_broken = later("stillwatch.service.audit_trail", "first_broken")
read_entries = later("stillwatch.service.audit_trail", "read_entries")

_RECORDS = "screening.db"
_LISTS = click.option(
    "--lists",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-lists"),
    show_default=True,
    envvar="STILLWATCH_LISTS",
    show_envvar=True,
    help="Folder that keeps the lists and the record of screens.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_DECIDED = [one.value for one in ReviewState if one is not ReviewState.OPEN]


@click.group(name="reviews")
def reviews_command() -> None:
    """Candidates of screens, and what people decide about them."""


@reviews_command.command(name="list", short_help="List candidates")
@_LISTS
@click.option("--only", type=click.Choice([one.value for one in ReviewState]), help="Only those of this state.")
@_JSON
def _list(folder: Path, only: str | None, as_json: bool) -> int:
    """List candidates, the surest first. Exits 1 where one is open."""
    found: tuple[Known, ...] = _open(folder).candidates(ReviewState(only) if only else None)
    if as_json:
        click.echo(json.dumps({"candidates": [_plain(one) for one in found]}, indent=2, ensure_ascii=False))
    for one in () if as_json else found:
        record = one.record
        asked = f"{record['asked']['account_id']} {record['asked']['name']!r}"
        before = " (decided before, on other facts)" if one.state is ReviewState.OPEN and one.review else ""
        listed = f"{record['source']} {record['listed_name']!r}"
        click.echo(f"{record['id']}  {record['score']:.2f}  {one.state}{before}  {asked}: {listed}")
    return FOUND if any(one.state is ReviewState.OPEN for one in found) else NOTHING_FOUND


@reviews_command.command(name="show", short_help="Show all that a candidate rests on")
@click.argument("candidate")
@_LISTS
@_JSON
def _show(candidate: str, folder: Path, as_json: bool) -> int:
    """Show all that is on record of CANDIDATE: what was asked, the entry, each part of the score, the decision."""
    _tell(_open(folder).find(candidate), as_json=as_json)
    return NOTHING_FOUND


@reviews_command.command(name="decide", short_help="Record what a person decided")
@click.argument("candidate")
@click.argument("state", type=click.Choice(_DECIDED))
@_LISTS
@click.option("--by", required=True, help="Your name; it is kept with the decision.")
@click.option("--reason", required=True, help="Why; it is kept with the decision.")
@_JSON
def _decide(  # noqa: PLR0913, PLR0917  # click passes each option by name
    candidate: str, state: str, folder: Path, by: str, reason: str, as_json: bool
) -> int:
    """Record what was decided about CANDIDATE. Later screens remember it while account and entry are the same.

    When either changes the candidate is open again, with this decision shown beside it. Kept for ten years.
    """
    _tell(_open(folder).decide(candidate, ReviewState(state), by=by, reason=reason), as_json=as_json)
    return NOTHING_FOUND


@reviews_command.command(name="record", short_help="Print the record of a screen")
@click.argument("screen")
@_LISTS
def _record(screen: str, folder: Path) -> int:
    """Print the record of SCREEN (its id stands in screen.json) as JSON: all that was asked, of which lists."""
    click.echo(json.dumps(_open(folder).record(screen), indent=2, ensure_ascii=False))
    return NOTHING_FOUND


@reviews_command.command(name="expire", short_help="Erase what need not be kept any longer")
@_LISTS
@click.option("--by", required=True, help="Your name; it is kept in the audit trail.")
@_JSON
def _expire(folder: Path, by: str, as_json: bool) -> int:
    """Erase records of screens and decisions whose time is over; nothing else can be erased."""
    runs, decisions = _open(folder).expire(by=by)
    if as_json:
        click.echo(json.dumps({"screens": runs, "decisions": decisions}))
    else:
        click.echo(f"erased {runs:,} screens and {decisions:,} decisions")
    return NOTHING_FOUND


@reviews_command.command(name="audit", short_help="Show the audit trail")
@_LISTS
@_JSON
def _audit(folder: Path, as_json: bool) -> int:
    """Show who did what: screens, decisions, erasures. Exits 1 where an entry was changed."""
    connection = _open(folder).connection
    broken = first_broken(connection)
    for entry in read_entries(connection):
        at = datetime.fromtimestamp(entry.happened_at, UTC)
        if as_json:
            plain = {**entry._asdict(), "happened_at": at.isoformat().replace("+00:00", "Z")}
            click.echo(json.dumps(plain, ensure_ascii=False))
        else:
            detail = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in entry.detail.items())
            click.echo(f"{at:%Y-%m-%d %H:%M:%S}  {entry.what.replace('_', ' ')}  {entry.about}  {entry.who}  {detail}")
    if broken is not None:
        click.echo(f"entry {broken} is missing or was changed after it was written", err=True)
    return NOTHING_FOUND if broken is None else FOUND


def _open(folder: Path) -> Any:
    records = screen_records(folder / _RECORDS, clock=time.time)
    note_acts(folder / _RECORDS)
    click.get_current_context().call_on_close(records.close)
    return records


def _tell(found: Known, *, as_json: bool) -> None:
    plain = _plain(found)
    if as_json:
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
        return
    for name, value in plain.items():
        if name == "parts":
            for part in value:
                click.echo(f"part             {part['effect']:+.2f}  {part['what']}: {part['why']}")
        elif isinstance(value, dict):
            for inner, shown in value.items():
                if shown:
                    click.echo(f"{name + ' ' + inner.replace('_', ' '):<16} {_shown(shown)}")
        elif value not in ("", None, []):
            click.echo(f"{name.replace('_', ' '):<16} {_shown(value)}")


def _shown(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _plain(found: Known) -> dict[str, Any]:
    review = found.review
    decided = None
    if review is not None:
        decided = {**asdict(review), "decided_at": review.decided_at.isoformat().replace("+00:00", "Z")}
    return {**found.record, "state": found.state.value, "review": decided}
