"""`stillwatch range distil-spread`: what several seeds of `range distil` say together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from stillwatch.evaluation.distil.quality import QualitySpread
from stillwatch.faces.board.defence_chart import draw_defences
from stillwatch.faces.board.distil_spread_chart import draw_spread
from stillwatch.faces.cli.distil_spread_text import spread_markdown
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.service.range_distil_spread import range_distil_spread
from stillwatch.service.write_whole import write_whole

_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(name="distil-spread", short_help="What several seeds of distil say together")
@click.argument("folders", metavar="FOLDER...", nargs=-1, required=True, type=_FOLDER)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for spread.json, .md and pictures."
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def distil_spread_command(folders: tuple[Path, ...], out: Path | None, as_json: bool) -> int:
    """Median, least and largest p-value of each test over the FOLDERs of `range distil`, each of another seed."""
    result = range_distil_spread(folders)
    told = spread_markdown(result)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_whole(out / "spread.json", json.dumps(result, indent=2).encode() + b"\n")
        write_whole(out / "spread.md", told.encode())
        if result["experiments"]:
            write_whole(out / "spread.svg", draw_spread(result).encode())
        if result["qualities"]:
            qualities = [QualitySpread(**one) for one in result["qualities"]]
            write_whole(out / "defences.svg", draw_defences(qualities).encode())
    click.echo(json.dumps(result, indent=2) if as_json else told)
    return NOTHING_FOUND
