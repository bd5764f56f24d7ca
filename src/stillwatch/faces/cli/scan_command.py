"""`stillwatch scan`: the main job."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from stillwatch.faces.cli.database_options import database_options
from stillwatch.faces.cli.engine_options import engine_options
from stillwatch.faces.cli.evidence_option import EVIDENCE, notebook_at
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Moment, Size, Span
from stillwatch.faces.cli.progress import shown_progress
from stillwatch.service.settings import ScanSettings

scan = later("stillwatch.service.scan", "scan")
access_rules = later("stillwatch.service.evidence.access", "access_rules", extra="evidence")
without_samples = later("stillwatch.service.evidence.access", "without_samples", extra="evidence")
note_scan = later("stillwatch.service.evidence.note_scan", "note_scan", extra="evidence")
seals_for = later("stillwatch.service.evidence.note_scan", "seals_for", extra="evidence")
to_document = later("stillwatch.service.document", "to_document")
render_report = later("stillwatch.faces.report.render_report", "render_report")
write_bases = later("stillwatch.service.bases", "write_bases")
write_result = later("stillwatch.service.write_result", "write_result")
looked_once = later("stillwatch.detection.track", "looked_once")
standings_publisher = later("stillwatch.service.guarding.publish_standings", "StandingsPublisher")
write_whole = later("stillwatch.service.write_whole", "write_whole")
refuse_no_lists = later("stillwatch.service.screening.screen_members", "refuse_no_lists")
screen_members = later("stillwatch.service.screening.screen_members", "screen_members")
screen_settings = later("stillwatch.service.screening.screen", "ScreenSettings")
write_screened = later("stillwatch.service.screening.write_screened", "write_screened")
render_screen = later("stillwatch.faces.report.render_screen", "render_screen")
print_summary = later("stillwatch.faces.cli.summary", "print_summary")


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="scan")
@click.argument("logs", nargs=-1, metavar="[LOG]...")
@database_options
@click.option("--accounts", type=_FILE, help="Accounts file, CSV or Parquet; every column but an id may be missing.")
@click.option("--authorised", type=_FILE, help="Authorised-use ledger (TOML): customers whose harvest is agreed.")
@click.option(
    "--calibration",
    type=click.Path(dir_okay=False, path_type=Path),
    help="calibration.jsonl of `stillwatch appeals`: campaigns that people overturned bound the stated confidence.",
)
@click.option(
    "--corpora",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of public prompt sets to look for, beside those of the store.",
)
@click.option(
    "--screen",
    "lists",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of screening lists (`stillwatch lists`): look members of campaigns up by their names in --accounts.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-out"),
    show_default=True,
    help="Folder for the result.",
)
@click.option(
    "--store", type=click.Path(file_okay=False, path_type=Path), help="Folder of the store; OUT/store if not given."
)
@click.option(
    "--format", "format_name", help="Force a log format (`stillwatch formats list`); recognised if not given."
)
@click.option("--mapping", type=_FILE, help="Mapping file for any other JSON Lines, CSV or Parquet.")
@click.option(
    "--content",
    type=click.Choice(["full", "sketch", "none"]),
    help="What to keep of the texts: all, keys and a few redacted excerpts (default), or nothing.",
)
@click.option(
    "--unit",
    type=click.Choice(["account_id", "user_id", "api_key_id", "team_id", "org_id", "end_user_id"]),
    help="The identity that counts as the account; the one that the accounts file knows if not given.",
)
@click.option(
    "--salt-file",
    type=_FILE,
    help="Secret that a new store makes its keys with, for members who compare templates; its own if not given.",
)
@click.option("--since", type=Moment(), help="Leave out exchanges before this time (UTC).")
@click.option("--until", type=Moment(), help="Leave out exchanges from this time on.")
@click.option(
    "--fdr",
    type=click.FloatRange(1e-9, 0.5),
    default=0.01,
    show_default=True,
    help="Share of campaigns reported that may be false.",
)
@click.option(
    "--seed",
    type=int,
    default=7,
    show_default=True,
    help="Seed of the permutation tests; the same seed gives the same result.",
)
@click.option("--workers", type=click.IntRange(0), default=0, help="Processes; 0 = one for each core.")
@click.option(
    "--memory",
    type=Size(),
    default="3G",
    show_default=True,
    help="Memory for the engine; beyond it, it spills to disk.",
)
@engine_options
@click.option(
    "--driver-accounts",
    type=click.IntRange(min=1),
    default=10_000_000,
    show_default=True,
    help="Accounts looked at together, some 2 GB a million; more are looked at in parts that rare ties hold together.",
)
@click.option(
    "--expire",
    "lifetime",
    type=Span(),
    default="24h",
    show_default=True,
    help="How long the standings published for guards hold.",
)
@EVIDENCE
@click.option("--strict", is_flag=True, help="Stop if any record is rejected.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON instead of a summary.")
@click.option("--quiet", is_flag=True, help="No progress bars.")
def scan_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    logs: tuple[str, ...],
    lists: Path | None,
    out: Path,
    store: Path | None,
    lifetime: timedelta,
    evidence: Path | None,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Find groups of accounts that act as one operator, in LOG: files, folders or globs (gzip and zstd are fine), or
    tables (delta:PATH, iceberg:TABLE; at a version with @NUMBER); with --engine spark also URLs (s3a://…, hdfs://…) and
    tables of Spark's (table:NAME, delta:URL); or in what a database answers to an export query (--from and --query).

    Without either, scans what the store already holds. Writes campaigns.json, members.parquet, links.parquet,
    set_aside.json, explain.json and report.html under OUT, and standings.bin for guards; with --screen also what
    `stillwatch screen` writes, for the members of campaigns. Exits 0 when nothing was
    found, 1 when something was, 2 when it could not start, and 3 when it ran but something is missing, so that nothing
    found does not mean clean. With --evidence, each record of log files
    that is read is committed to, and what was found is noted.
    """
    if lists is not None:
        if options["accounts"] is None:
            raise click.UsageError("--screen looks names up that stand in the accounts file: name --accounts too")
        refuse_no_lists(lists, clock=_now)
    notes = Console(stderr=True)
    settings = ScanSettings(
        logs=logs,
        store=store or out / "store",
        memory_bytes=options.pop("memory"),
        is_strict=options.pop("strict"),
        **options,
    )
    with shown_progress(notes, is_quiet=quiet or as_json) as progress:
        book = notebook_at(evidence)
        seals = seals_for(book) if book else None
        result = scan(settings, clock=_now, progress=progress, sealing=seals)
        if lists is not None:
            result = _screened(result, settings, lists, out, progress)
        if book:
            result = note_scan(result, settings, seals, book)
        write_result(result, out)
        write_bases(out, settings, result.bases)
        now = _now()
        publisher = standings_publisher(out, store=settings.store, authorised=settings.authorised, exemptions=None)
        publisher.publish(looked_once(result, at=now, lifetime=lifetime), at=now, is_new=True)
        report = out / "report.html"
        shown = result if book is None or access_rules(evidence).shows_samples else without_samples(result)
        write_whole(report, render_report(shown).encode("utf-8"))
    if as_json:
        click.echo(json.dumps(to_document(result), indent=2))
    else:
        print_summary(result, report, Console())
    if not result.run.complete:
        return INCOMPLETE
    return FOUND if result.campaigns else NOTHING_FOUND


def _screened(result: Any, settings: ScanSettings, lists: Path, out: Path, progress: Any) -> Any:
    """The result with what lists say of members; the screen's own files beside it."""
    asked = screen_settings(accounts=settings.accounts, lists=lists)
    made = screen_members(result, asked, clock=_now, new_id=lambda: f"s-{secrets.token_hex(6)}", progress=progress)
    if made.screened is not None:
        write_screened(made.screened, out)
        write_whole(out / "screen.html", render_screen(made.screened).encode("utf-8"))
    return made.result


def _now() -> datetime:
    return datetime.now(UTC)
