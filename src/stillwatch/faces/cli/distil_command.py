"""`stillwatch range distil`: students of a small teacher that marks its answers, and which of them a test finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from stillwatch.evaluation.distil.distil_sizes import SHARES, SIZES
from stillwatch.evaluation.distil.experiment import Experiment
from stillwatch.evaluation.distil.variant import VARIANTS
from stillwatch.faces.cli.distil_text import distil_markdown
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.progress import shown_progress
from stillwatch.faces.report.render_attribution import render_attribution
from stillwatch.faces.report.render_distil import render_distil
from stillwatch.service.distil.distil_settings import DistilSettings
from stillwatch.service.write_whole import write_whole

range_distil = later("stillwatch.service.range_distil", "range_distil", extra="torch,attribution")
_FOLDER: Final = click.Path(file_okay=False, path_type=Path)
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_NAMES: Final = tuple(one.name for one in VARIANTS)


@click.command(name="distil", short_help="Distil students out of a teacher that marks its answers")
@click.option("--out", type=_FOLDER, required=True, help="Folder of the experiment; run it again to go on.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the text and of training.")
@click.option(
    "--experiment",
    "experiments",
    type=click.Choice([one.value for one in Experiment]),
    multiple=True,
    default=[Experiment.SHARES.value],
    show_default=True,
    help="What is tried; may be given several times.",
)
@click.option(
    "--variant",
    "variants",
    type=click.Choice(_NAMES),
    multiple=True,
    default=_NAMES[:1],
    show_default=True,
    help="How answers are marked; may be given several times.",
)
@click.option(
    "--share",
    "shares",
    type=click.IntRange(0, 100),
    multiple=True,
    default=SHARES,
    show_default=True,
    help="Percent of marked answers in what a student learns.",
)
@click.option(
    "--sizes",
    type=click.Choice(list(SIZES)),
    default="demo",
    show_default=True,
    help="Of models and text: minutes, some more, or hours of a GPU.",
)
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda", "auto"]),
    default="cpu",
    show_default=True,
    help="Where models are trained; auto is a GPU where there is one.",
)
@click.option("--text", type=_FILE, help="Text that the teacher learns, instead of an invented language.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bars.")
def distil_command(  # noqa: PLR0913, PLR0917  # one parameter an option
    out: Path,
    seed: int,
    experiments: tuple[str, ...],
    variants: tuple[str, ...],
    shares: tuple[int, ...],
    sizes: str,
    device: str,
    text: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Train a small teacher, have it answer with and without a mark, train students on both, and judge each.

    Writes OUT/results.json, .md and .html; in OUT/suspects the text, the plan, the result and the page of each student,
    as `stillwatch attribute` reads them; and the key ring and the transparency log that the plans were noted in. Needs
    the extras `torch` and `attribution`.
    """
    settings = DistilSettings(
        out=out,
        seed=seed,
        experiments=tuple(map(Experiment, experiments)),
        variants=variants,
        shares=shares,
        text=text,
        sizes=SIZES[sizes],
        device=device,
    )
    with shown_progress(Console(stderr=True), is_quiet=quiet or as_json) as progress:
        result = range_distil(settings, progress)
    told = distil_markdown(result)
    write_whole(out / "results.md", told.encode())
    write_whole(out / "results.html", render_distil(result).encode())
    for one in sorted((out / "suspects").glob("*.plan.json")):
        suspect = one.with_name(one.name.removesuffix(".plan.json"))
        page = render_attribution(json.loads(suspect.with_name(f"{suspect.name}.json").read_bytes()))
        write_whole(suspect.with_name(f"{suspect.name}.html"), page.encode())
    click.echo(json.dumps(result, indent=2) if as_json else told)
    return NOTHING_FOUND
