"""`stillwatch sample`: a synthetic log to try the program on."""

from __future__ import annotations

import json
from pathlib import Path

import click

from stillwatch.faces.cli.later import later

sample = later("stillwatch.service.sample", "sample")


@click.command(name="sample")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-sample"),
    show_default=True,
    help="Folder to write to.",
)
@click.option("--seed", type=int, default=7, show_default=True, help="The same seed gives the same bytes.")
@click.option(
    "--scale", type=click.FloatRange(0.05, 100), default=1.0, show_default=True, help="Multiplies the accounts."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def sample_command(out: Path, seed: int, scale: float, as_json: bool) -> int:
    """Compose a synthetic log with one campaign and several honest groups that look like one.

    Writes OUT/log/, OUT/accounts.csv, OUT/authorised.toml and, apart from them, OUT/truth.parquet.
    """
    made = sample(out, seed=seed, scale=scale)
    if as_json:
        shown = {"logs": [str(path) for path in made.logs], "exchanges": made.exchanges, "accounts": made.accounts}
        click.echo(
            json.dumps(
                {
                    **shown,
                    "accounts_path": str(made.accounts_path),
                    "authorised_path": str(made.authorised_path),
                    "truth_path": str(made.truth_path),
                },
                indent=2,
            )
        )
    else:
        click.echo(f"composed {made.exchanges:,} exchanges of {made.accounts:,} accounts under {out}")
        click.echo(
            f"try: stillwatch scan {out}/log --accounts {made.accounts_path} --authorised {made.authorised_path}"
        )
    return 0
