"""`stillwatch marks served` and `note-served`: which replies carry which mark."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from stillwatch.faces.cli.exits import INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.progress import shown_progress

if TYPE_CHECKING:
    from stillwatch.service.attribution.read_served import Served
    from stillwatch.service.attribution.register_logs import Registered

_SERVICE = "stillwatch.service.attribution"
read_served = later(f"{_SERVICE}.read_served", "read_served")
register_logs = later(f"{_SERVICE}.register_logs", "register_logs")
deployed_file = later(f"{_SERVICE}.read_deployed", "DeployedFile")
reading_of = later("stillwatch.logs.reading", "Reading")
load_mapping = later("stillwatch.logs.mapping", "load_mapping")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@click.command(name="served", short_help="How many replies carry which mark")
@click.argument("registers", nargs=-1, required=True, metavar="REGISTER...")
@_JSON
def served_command(registers: tuple[str, ...], as_json: bool) -> int:
    """Sum up REGISTERs of what was served: folders that a guard writes, or files of `note-served`.

    A reply that was drawn without chance carries no mark of most schemes, so a test must not count it as served.
    """
    found: Served = read_served(registers)
    rows = [fate._asdict() | asdict(tally) for fate, tally in sorted(found.tallies.items())]
    if as_json:
        click.echo(json.dumps({"replies": rows, "damaged_lines": found.damaged}, indent=2))
    else:
        for row in rows:
            key = row["label"] or "no key"
            told = {"yes": "marked", "no": "not marked", "unknown": "nobody knows"}[row["carries"]]
            because = f": {row['why']}" if row["why"] else ""
            click.echo(f"{key:<28}  {row['replies']:>10,} replies  {row['output_tokens']:>14,} tokens  {told}{because}")
        if found.damaged:
            click.echo(f"{found.damaged:,} lines could not be read", err=True)
    return INCOMPLETE if found.damaged else NOTHING_FOUND


@click.command(name="note-served", short_help="Write that register out of a gateway's logs")
@click.argument("logs", nargs=-1, required=True, metavar="LOG...")
@click.option(
    "--deployed",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("stillwatch-out/marks/deployed.jsonl"),
    show_default=True,
    help="The register of deployments, in the folder of the ring.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Where to write it.")
@click.option("--format", "format_name", help="Force a log format (`stillwatch formats list`).")
@click.option(
    "--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Mapping file, as for scan."
)
@_JSON
def note_served_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    logs: tuple[str, ...], deployed: Path, out: Path, format_name: str | None, mapping: Path | None, as_json: bool
) -> int:
    """Write which mark the replies in LOGs carry, by what was deployed when and by their parameters.

    A guard that sees replies writes the same by itself: `served` in its settings.
    """
    reading = reading_of(format_name=format_name, mapping=load_mapping(mapping) if mapping else None)
    known = deployed_file(deployed).now()
    with shown_progress(Console(stderr=True), is_quiet=as_json) as progress:
        found: Registered = register_logs(logs, reading, known, out, progress=progress)
    if as_json:
        click.echo(json.dumps(found._asdict() | {"out": str(out)}, indent=2))
    else:
        left = f"left out {found.without_reply:,} without a reply; {found.rejected:,} lines were no exchange"
        click.echo(f"{out}: {found.replies:,} replies; {left}")
    return INCOMPLETE if found.faults else NOTHING_FOUND
