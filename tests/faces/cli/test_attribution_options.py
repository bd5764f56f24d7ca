"""Where the ring and the log are can be said by option or by environment."""

from __future__ import annotations

import click
from click.testing import CliRunner

from stillwatch.faces.cli.attribution_options import LOG, RING


@click.command()
@RING
@LOG
def shown(folder: object, log_folder: object) -> None:
    click.echo(f"{folder} {log_folder}")


def test_options_environment_and_defaults() -> None:
    run = CliRunner()
    assert run.invoke(shown, ["--marks", "m", "--log", "l"]).output == "m l\n"
    places = {"STILLWATCH_MARKS": "a", "STILLWATCH_EVIDENCE": "b"}
    assert run.invoke(shown, [], env=places).output == "a b\n"
    assert run.invoke(shown, []).output == "stillwatch-out/marks stillwatch-out/evidence\n"
