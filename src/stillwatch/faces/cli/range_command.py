"""`stillwatch range`: compose labelled logs, and judge detectors on them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from stillwatch.evaluation.compose import LOG_FORMATS, LogFormat
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.service.range_compose import Wanted, range_compose
from stillwatch.service.range_list import range_list

_FOLDER = click.Path(file_okay=False, path_type=Path)


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
def _compose(  # noqa: PLR0913, PLR0917 # one parameter an option
    scenario: str,
    out: Path,
    corpora: Path | None,
    seed: int | None,
    scale: float,
    form: LogFormat,
    files: int,
    as_json: bool,
) -> int:
    """Compose a labelled log from SCENARIO, a name of the library or the path of a TOML file.

    Writes OUT/log/, OUT/accounts.csv, OUT/authorised.toml and, apart from them, OUT/truth.parquet.
    """
    wanted = Wanted(scenario=scenario, seed=seed, scale=scale, corpora=corpora, format=form, files=files)
    made = range_compose(wanted, out)
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
