"""`stillwatch range`: compose labelled logs, and judge detectors on them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console

from stillwatch.core.errors import SettingsError
from stillwatch.evaluation.compose import LOG_FORMATS, LogFormat
from stillwatch.evaluation.reliability import as_json as reliability_json
from stillwatch.faces.board.render_board import render_board
from stillwatch.faces.cli.distil_command import distil_command
from stillwatch.faces.cli.distil_spread_command import distil_spread_command
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.progress import shown_progress
from stillwatch.faces.cli.range_text import exposure_lines, leak_lines, scored_lines
from stillwatch.service.board import BoardSettings, run_board, stored_board
from stillwatch.service.range_compose import Wanted, range_compose
from stillwatch.service.range_leaks import range_leaks
from stillwatch.service.range_list import range_list
from stillwatch.service.range_run import range_run
from stillwatch.service.range_score import Answer, Scored, range_exposure, range_score
from stillwatch.service.write_whole import write_whole

if TYPE_CHECKING:
    from stillwatch.evaluation.exposure import Exposure

_FOLDER: Final = click.Path(file_okay=False, path_type=Path)
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="range")
def range_command() -> None:
    """Compose labelled logs, and judge any detector on them."""


@range_command.command(name="list", short_help="List the scenarios of the library")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def _list(as_json: bool) -> int:
    """List the scenarios of the library, and which row of the threat model each stands for."""
    found = range_list()
    if as_json:
        click.echo(json.dumps({"scenarios": [one._asdict() for one in found]}, indent=2))
        return NOTHING_FOUND
    width = max(len(one.name) for one in found)
    for one in found:
        click.echo(f"{one.name:<{width}}  {one.about}")
        click.echo(f"{'':<{width}}  covers {one.covers}{' (needs --corpora)' if one.needs_corpora else ''}")
    return NOTHING_FOUND


@range_command.command(name="compose", short_help="Compose a labelled log")
@click.argument("scenario")
@click.option("--out", type=_FOLDER, required=True, help="Folder to write to.")
@click.option("--corpora", type=_FOLDER, help="Folder of prompt files, arrival traces and network ranges.")
@click.option("--seed", type=int, help="Instead of the scenario's own; the same seed gives the same bytes.")
@click.option(
    "--scale", type=click.FloatRange(0.01, 1000), default=1.0, show_default=True, help="Multiplies the accounts."
)
@click.option(
    "--format", "form", type=click.Choice(LOG_FORMATS), default="litellm", show_default=True, help="Format of the log."
)
@click.option(
    "--files",
    type=click.IntRange(1, 10_000),
    default=1,
    show_default=True,
    help="Number of files, for formats of lines.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bars.")
def _compose(  # noqa: PLR0913, PLR0917 # one parameter an option
    scenario: str,
    out: Path,
    corpora: Path | None,
    seed: int | None,
    scale: float,
    form: LogFormat,
    files: int,
    as_json: bool,
    quiet: bool,
) -> int:
    """Compose a labelled log from SCENARIO, a name of the library or the path of a TOML file.

    Writes OUT/log/, OUT/accounts.csv, OUT/authorised.toml and, apart from them, OUT/truth.parquet.
    """
    wanted = Wanted(scenario=scenario, seed=seed, scale=scale, corpora=corpora, format=form, files=files)
    with shown_progress(Console(stderr=True), is_quiet=quiet or as_json) as progress:
        made = range_compose(wanted, out, progress)
    if as_json:
        shown = {name: str(getattr(made, name)) for name in ("accounts_path", "authorised_path", "truth_path")}
        counts = {name: getattr(made, name) for name in ("exchanges", "accounts", "campaign_accounts", "twin_accounts")}
        click.echo(json.dumps({"logs": [str(path) for path in made.logs], **shown, **counts}, indent=2))
    else:
        click.echo(
            f"composed {made.exchanges:,} exchanges of {made.accounts:,} accounts under {out}: "
            f"{made.campaign_accounts:,} accounts in campaigns, {made.twin_accounts:,} in honest twins"
        )
    return NOTHING_FOUND


@range_command.command(name="score", short_help="Score what a detector reported")
@click.option(
    "--truth",
    "truths",
    type=_FILE,
    multiple=True,
    required=True,
    help="truth.parquet of a composed log; give one for each --campaigns.",
)
@click.option(
    "--campaigns", type=_FILE, multiple=True, required=True, help="campaigns.json of any detector on that log."
)
@click.option(
    "--log", type=_FOLDER, help="Folder of the composed log: also replay it in order of time, for its exposure."
)
@click.option(
    "--detector",
    default="",
    metavar="COMMAND",
    help="Program that the replay runs: 'command {log} {out}'. Ours by default.",
)
@click.option(
    "--step",
    "step_h",
    type=click.FloatRange(0.1),
    default=24.0,
    show_default=True,
    help="Hours between the moments of the replay.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def _score(  # noqa: PLR0913, PLR0917 # one parameter an option
    truths: tuple[Path, ...],
    campaigns: tuple[Path, ...],
    log: Path | None,
    detector: str,
    step_h: float,
    as_json: bool,
) -> int:
    """Score a detector's campaigns against the truth; several pairs, one a seed, give 95 % intervals."""
    if len(truths) != len(campaigns):
        raise SettingsError(
            f"{len(truths)} truths and {len(campaigns)} campaigns", mend="give one --truth for each --campaigns"
        )
    scored = range_score([Answer(*pair) for pair in zip(truths, campaigns, strict=True)])
    exposed: tuple[Exposure, ...] = ()
    if log is not None:
        with TemporaryDirectory() as work:
            exposed = range_exposure(log, Path(work), step_h=step_h, detector=detector)
    if as_json:
        click.echo(
            json.dumps(
                _scored_json(scored) | ({"exposure": [one._asdict() for one in exposed]} if log else {}), indent=2
            )
        )
    else:
        click.echo("\n".join([*scored_lines(scored), *exposure_lines(exposed)]))
    return NOTHING_FOUND


def _scored_json(scored: Scored) -> dict[str, object]:
    summary = {name: value._asdict() if hasattr(value, "_asdict") else value for name, value in _fields(scored).items()}
    summary["reliability"] = reliability_json(scored.summary.reliability)
    warnings = [{"warnings": asdict(one)} for one in scored.warnings]
    logs = [asdict(one) | told for one, told in zip(scored.scores, warnings, strict=True)]
    return {"logs": logs, "summary": summary}


def _fields(scored: Scored) -> dict[str, object]:
    return {name: getattr(scored.summary, name) for name in scored.summary.__dataclass_fields__}


@range_command.command(name="leaks", short_help="Say which twin suites give themselves away")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the suites as JSON.")
def _leaks(folder: Path, as_json: bool) -> int:
    """Judge the twin suites of FOLDER, a composed log: content alone, length alone and volume alone must not tell.

    Exits 1 when a matched suite is refused: accuracy on it may not be quoted.
    """
    suites = range_leaks(folder)
    if as_json:
        click.echo(json.dumps({"suites": [asdict(one) for one in suites]}, indent=2))
    else:
        click.echo("\n".join(leak_lines(suites)) or "no twin runs a campaign's prompts here")
    return FOUND if any(one.is_refused and one.is_matched for one in suites) else NOTHING_FOUND


@range_command.command(name="run", short_help="Compose logs, run a detector on them, and score it")
@click.argument("scenario")
@click.option("--out", type=_FOLDER, required=True, help="Folder for logs and results, one folder a seed.")
@click.option(
    "--detector",
    default="",
    metavar="COMMAND",
    help="Program that writes campaigns.json into {out}: 'command {log} {out}'. Ours by default.",
)
@click.option(
    "--seed", "seeds", type=int, multiple=True, default=(1,), show_default=True, help="Give several for intervals."
)
@click.option("--corpora", type=_FOLDER, help="Folder of prompt files, arrival traces and network ranges.")
@click.option(
    "--scale", type=click.FloatRange(0.01, 1000), default=1.0, show_default=True, help="Multiplies the accounts."
)
@click.option(
    "--format", "form", type=click.Choice(LOG_FORMATS), default="litellm", show_default=True, help="Format of the log."
)
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON.")
def _run(  # noqa: PLR0913, PLR0917 # one parameter an option
    scenario: str,
    out: Path,
    detector: str,
    seeds: tuple[int, ...],
    corpora: Path | None,
    scale: float,
    form: LogFormat,
    as_json: bool,
) -> int:
    """Score a detector on SCENARIO over seeds."""
    wanted = Wanted(scenario=scenario, scale=scale, corpora=corpora, format=form)
    with shown_progress(Console(stderr=True), is_quiet=as_json) as progress:
        scored = range_run(wanted, out, seeds=seeds, detector=detector, progress=progress)
    click.echo(json.dumps(_scored_json(scored), indent=2) if as_json else "\n".join(scored_lines(scored)))
    return NOTHING_FOUND


@range_command.command(name="board", short_help="Run the library over seeds, parts and peers; write the page")
@click.option(
    "--out",
    type=_FOLDER,
    default=Path("evaluation/board"),
    show_default=True,
    help="Folder of the figures and the page.",
)
@click.option(
    "--work",
    type=_FOLDER,
    default=Path("out/board"),
    show_default=True,
    help="Where logs are composed; each is removed after use.",
)
@click.option(
    "--corpora", type=_FOLDER, help="Folder of prompt files; without it, scenarios that need them are left out."
)
@click.option("--plan", type=_FILE, help="Another plan than the one that ships with stillwatch.")
@click.option("--only", multiple=True, help="This scenario only; may be given several times.")
@click.option(
    "--workers", type=click.IntRange(0), default=0, help="Logs at once, a process each; 0 = one for each core."
)
@click.option("--page-only", is_flag=True, help="Write the page from the figures that are there.")
@click.option("--quiet", is_flag=True, help="No progress bars.")
def _board(page_only: bool, quiet: bool, **options: object) -> int:
    """Bring the board up to date: what was stopped goes on where it was, and figures of changed code are made anew."""
    settings = BoardSettings(**options)  # type: ignore[arg-type]  # click has checked each
    with shown_progress(Console(stderr=True), is_quiet=quiet or page_only) as progress:
        board = stored_board(settings.out) if page_only else run_board(settings, progress)
    page = settings.out / "index.html"
    write_whole(page, render_board(board).encode("utf-8"))
    click.echo(f"{len(board.rows)} scenarios on the board: {page}")
    return NOTHING_FOUND


range_command.add_command(distil_command)
range_command.add_command(distil_spread_command)
