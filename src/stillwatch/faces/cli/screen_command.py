"""`stillwatch screen`: look accounts up on screening lists."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from stillwatch.faces.cli.evidence_option import note_acts
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.progress import shown_progress

if TYPE_CHECKING:
    from stillwatch.core.screened import Screened

screen = later("stillwatch.service.screening.screen", "screen")
screen_settings = later("stillwatch.service.screening.screen", "ScreenSettings")
screen_document = later("stillwatch.service.screening.screen_document", "screen_document")
write_screened = later("stillwatch.service.screening.write_screened", "write_screened")
render_screen = later("stillwatch.faces.report.render_screen", "render_screen")
plural = later("stillwatch.faces.report.wording", "plural")
write_whole = later("stillwatch.service.write_whole", "write_whole")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHOWN = 20
_FLAGS = ("owned", "red-flag")
_YEAR = timedelta(days=365.25)


@click.command(name="screen")
@click.argument("accounts", type=_FILE)
@click.option(
    "--lists",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-lists"),
    show_default=True,
    envvar="STILLWATCH_LISTS",
    show_envvar=True,
    help="Folder that keeps the lists (`stillwatch lists add`).",
)
@click.option(
    "--list",
    "names",
    multiple=True,
    metavar="NAME[@DIGEST]",
    help="Only this list; may be given again. All if not given.",
)
@click.option("--rules", type=_FILE, help="Rules of ownership (TOML); ownership is not judged if not given.")
@click.option("--owners", "holdings", type=_FILE, help="CSV of who owns whom: owned, owner, share and dates.")
@click.option(
    "--on", "judged_on", type=click.DateTime(["%Y-%m-%d"]), help="Judge ownership and ages of lists on this day; today."
)
@click.option(
    "--least",
    "least_score",
    type=click.FloatRange(0.3, 1),
    default=0.7,
    show_default=True,
    help="Least score of a candidate.",
)
@click.option(
    "--most",
    "most_candidates",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="Candidates of a name.",
)
@click.option(
    "--retain-years",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="How long the record of this screen is kept.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-out"),
    show_default=True,
    help="Folder for the result.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of a summary.")
@click.option("--quiet", is_flag=True, help="No progress bars.")
def screen_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    accounts: Path, folder: Path, out: Path, retain_years: int, as_json: bool, quiet: bool, **options: Any
) -> int:
    """Look the names of ACCOUNTS (CSV, JSON Lines or Parquet) up on screening lists.

    Writes screen.json, screen.csv and screen.html under OUT, and screened.bin for guards: a candidate is a fact for a
    person to review (`stillwatch reviews`), and never denies anything by itself. The record of the screen is kept with
    the lists. Exits 0 when nobody is open for review, 1 when somebody is or falls under a rule of ownership, and 3 when
    part of a list or of the accounts could not be read.
    """
    note_acts(folder / "screening.db")
    options["judged_on"] = options["judged_on"].date() if options["judged_on"] else None
    settings = screen_settings(accounts=accounts, lists=folder, retained=_YEAR * retain_years, **options)
    with shown_progress(Console(stderr=True), is_quiet=quiet or as_json) as progress:
        screened: Screened = screen(
            settings,
            clock=lambda: datetime.now(UTC),
            new_id=lambda: f"s-{secrets.token_hex(6)}",
            progress=progress,
        )
        write_screened(screened, out)
        write_whole(out / "screen.html", render_screen(screened).encode("utf-8"))
    if as_json:
        click.echo(json.dumps(screen_document(screened), indent=2, ensure_ascii=False))
    else:
        _summary(screened, out / "screen.html")
    if screened.faults:
        return INCOMPLETE
    flagged = any(one.finding.verdict in _FLAGS for one in screened.owned)
    return FOUND if flagged or _open(screened) else NOTHING_FOUND


def _open(screened: Screened) -> list[Any]:
    return [one for one in screened.candidates if one.state in ("open", "unsure")]


def _summary(screened: Screened, page: Path) -> None:
    for text in (*screened.faults, *screened.warnings):
        click.echo(f"warning: {text}", err=True)
    left = _open(screened)
    accounts = len({one.asked.account_id for one in left})
    counted = f"{plural(len(left), 'candidate')} of {plural(accounts, 'account')} to review"
    click.echo(f"{counted}, of {plural(screened.accounts, 'account')} screened")
    reviewed = len(screened.candidates) - len(left)
    if reviewed:
        click.echo(f"reviewed  {plural(reviewed, 'candidate')}, decided before on the same facts")
    for one in left[:_SHOWN]:
        click.echo(
            f"{one.id}  {one.score:.2f}  {one.asked.account_id}  {one.asked.name!r}: {one.source} {one.listed_name!r}"
        )
    if len(left) > _SHOWN:
        click.echo(f"... and {len(left) - _SHOWN:,} more")
    for owned in screened.owned[:_SHOWN]:
        click.echo(f"ownership {owned.account_id}  {owned.finding.verdict}: {owned.finding.because}")
    if screened.not_screened:
        click.echo(
            f"unknown   of {plural(len(screened.not_screened), 'account')} no name is known that could be looked up"
        )
    if screened.disagreements:
        click.echo(f"lists     they disagree on {plural(len(screened.disagreements), 'entry', 'entries')}")
    click.echo(f"report    {page}")
