"""`stillwatch watch`: scan growing logs again and again, and publish standings and events."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click
from rich.console import Console

from stillwatch.faces.cli.engine_options import engine_options
from stillwatch.faces.cli.evidence_option import EVIDENCE, notebook_at
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Moment, Size, Span
from stillwatch.faces.cli.progress import shown_progress
from stillwatch.service.settings import ScanSettings

if TYPE_CHECKING:
    from stillwatch.core.tracking import Event, Watched
    from stillwatch.service.evidence.notebook import Notebook
    from stillwatch.service.watch import Turn, WatchSettings

access_rules = later("stillwatch.service.evidence.access", "access_rules", extra="evidence")
without_samples = later("stillwatch.service.evidence.access", "without_samples", extra="evidence")
note_scan = later("stillwatch.service.evidence.note_scan", "note_scan", extra="evidence")
seals_for = later("stillwatch.service.evidence.note_scan", "seals_for", extra="evidence")
exposures_of_rounds = later("stillwatch.evaluation.exposure", "exposures_of_rounds")
render_report = later("stillwatch.faces.report.render_report", "render_report")
write_bases = later("stillwatch.service.bases", "write_bases")
to_document = later("stillwatch.service.document", "to_document")
replay = later("stillwatch.service.replay", "replay")
watch = later("stillwatch.service.watch", "watch")
watch_settings = later("stillwatch.service.watch", "WatchSettings")
write_result = later("stillwatch.service.write_result", "write_result")
write_whole = later("stillwatch.service.write_whole", "write_whole")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command(name="watch")
@click.argument("logs", nargs=-1, metavar="LOG...", required=True)
@click.option("--out", type=_FOLDER, default=Path("stillwatch-out"), show_default=True, help="Folder to publish in.")
@click.option("--store", type=_FOLDER, help="Folder of the store; OUT/store if not given.")
@click.option("--every", type=Span(), default="5m", show_default=True, help="Time from round to round.")
@click.option(
    "--growth",
    type=click.FloatRange(0, 10),
    default=0.05,
    show_default=True,
    help="Scan when the log has grown by this share since the last scan, or 6 hours went by; 0 = in each round.",
)
@click.option("--window", type=Span(), help="How far back a scan looks, such as 30d; all of the store if not given.")
@click.option(
    "--expire",
    "lifetime",
    type=Span(),
    default="24h",
    show_default=True,
    help="How long a standing holds after the last scan that said it.",
)
@EVIDENCE
@click.option("--once", "is_once", is_flag=True, help="Make one round and stop.")
@click.option("--until", type=Moment(), help="Stop at this time (UTC); in a replay, of the log.")
@click.option(
    "--replay", "step", type=Span(), metavar="STEP", help="Replay the log in its own time, a round every STEP."
)
@click.option("--truth", type=_FILE, help="With --replay: truth of a composed log, to measure exposure by.")
@click.option("--accounts", type=_FILE, help="Accounts file, read anew in each round.")
@click.option("--authorised", type=_FILE, help="Authorised-use ledger (TOML), read anew in each round.")
@click.option(
    "--calibration", type=click.Path(dir_okay=False, path_type=Path), help="As for scan, read anew in each round."
)
@click.option(
    "--exemptions", type=click.Path(dir_okay=False, path_type=Path), help="Who won an appeal (`stillwatch appeals`)."
)
@click.option(
    "--announce", metavar="URL", default="", help="Valkey server that brings standings.bin to other machines."
)
@click.option(
    "--announce-prefix", default="stillwatch", show_default=True, help="Of its keys, as in the guards' settings."
)
@click.option("--corpora", type=click.Path(exists=True, file_okay=False, path_type=Path), help="As for scan.")
@click.option("--format", "format_name", help="Force a log format (`stillwatch formats list`).")
@click.option("--mapping", type=_FILE, help="Mapping file, as for scan.")
@click.option("--content", type=click.Choice(["full", "sketch", "none"]), help="As for scan.")
@click.option("--salt-file", type=_FILE, help="As for scan.")
@click.option(
    "--unit",
    type=click.Choice(["account_id", "user_id", "api_key_id", "team_id", "org_id", "end_user_id"]),
    help="As for scan.",
)
@click.option("--fdr", type=click.FloatRange(1e-9, 0.5), default=0.01, show_default=True, help="As for scan.")
@click.option("--seed", type=int, default=7, show_default=True, help="As for scan.")
@click.option("--workers", type=click.IntRange(0), default=0, help="Processes; 0 = one for each core.")
@click.option("--memory", "memory_bytes", type=Size(), default="3G", show_default=True, help="As for scan.")
@engine_options
@click.option("--json", "as_json", is_flag=True, help="Print each event as a line of JSON.")
@click.option("--quiet", is_flag=True, help="No progress bars.")
def watch_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    logs: tuple[str, ...],
    out: Path,
    store: Path | None,
    every: timedelta,
    growth: float,
    window: timedelta | None,
    lifetime: timedelta,
    is_once: bool,
    evidence: Path | None,
    step: timedelta | None,
    truth: Path | None,
    exemptions: Path | None,
    announce: str,
    announce_prefix: str,
    as_json: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Follow LOG (files, folders or globs): take in what is new, scan again, and publish in OUT.

    Writes standings.json (who stands where, until when; replaced as a whole), standings.bin (the same for guards, with
    API keys and templates), events.jsonl (campaign flagged, grown, changed, gone; early warnings), and campaigns.json
    and report.html of the last round. Campaigns keep the id that
    they were first told by. Stopping or killing it loses nothing: the same command goes on from there.

    Exits as scan does after --once, --until or --replay.
    """
    if truth is not None and step is None:
        raise click.UsageError("--truth measures a replay: name --replay STEP too")
    notes = Console(stderr=True)
    settings = watch_settings(
        scan=ScanSettings(logs=logs, store=store or out / "store", **options),
        out=out,
        every=every,
        growth=growth,
        window=window,
        lifetime=lifetime,
        is_once=is_once,
        exemptions=exemptions,
        announce=announce,
        announce_prefix=announce_prefix,
    )
    reported: list[tuple[int, dict[str, Any]]] = []
    last: Watched | None = None
    with shown_progress(notes, is_quiet=quiet or as_json) as progress:
        noting = None if step is not None else _noting(evidence)
        for turn in _rounds(settings, step, progress, noting):
            made, last = turn.round, turn.round.watched
            _write(turn, out, noting)
            for event in made.events:
                click.echo(_line(event, as_json=as_json))
            if truth is not None and made.result is not None and last.published_at is not None:
                at = int(last.published_at.timestamp() * 10**6) * 1000
                reported.append((at, to_document(made.result)))
    if truth is not None:
        _tell_exposure(truth, reported, out, as_json=as_json)
    if last is None:
        return NOTHING_FOUND
    return INCOMPLETE if not last.complete else FOUND if last.standings else NOTHING_FOUND


class _Noting(NamedTuple):
    book: Notebook
    seals: Any
    shows_samples: bool


def _noting(evidence: Path | None) -> _Noting | None:
    book = notebook_at(evidence)
    return None if book is None else _Noting(book, seals_for(book), access_rules(evidence).shows_samples)


def _rounds(settings: WatchSettings, step: timedelta | None, progress: Any, noting: _Noting | None) -> Any:
    def clock() -> datetime:
        return datetime.now(UTC)

    if step is not None:
        return replay(settings, step=step, clock=clock, progress=progress)
    sealing = noting.seals if noting else None
    return watch(settings, clock=clock, sleep=time.sleep, progress=progress, sealing=sealing)


def _write(turn: Turn, out: Path, noting: _Noting | None) -> None:
    result = turn.round.result
    if result is not None:
        if noting:
            result = note_scan(result, turn.scanned, noting.seals, noting.book)
        write_result(result, out)
        write_bases(out, turn.scanned, result.bases)
        shown = without_samples(result) if noting and not noting.shows_samples else result
        write_whole(out / "report.html", render_report(shown).encode("utf-8"))


def _line(event: Event, *, as_json: bool) -> str:
    if as_json:
        return json.dumps({**asdict(event), "at": event.at.isoformat().replace("+00:00", "Z")})
    counted = f" {event.members:,} accounts, {event.exchanges:,} exchanges." if event.members else ""
    name = f" {event.campaign_id}:" if event.campaign_id else ""
    return f"{event.at:%Y-%m-%d %H:%M} {event.happening.value.replace('_', ' ')}{name}{counted} {event.because}"


def _tell_exposure(truth: Path, reported: list[tuple[int, dict[str, Any]]], out: Path, *, as_json: bool) -> None:
    found = exposures_of_rounds(truth, reported)
    plain = json.dumps([one._asdict() for one in found], indent=2)
    write_whole(out / "exposure.json", (plain + "\n").encode())
    if as_json:
        return
    for one in found:
        when = "never flagged" if one.flagged_after_h is None else f"flagged {one.flagged_after_h:g} h after it began"
        click.echo(f"exposure of {one.name}: {when}, {one.exchanges_share:.1%} of its exchanges served by then")
