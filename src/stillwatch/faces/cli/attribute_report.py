"""`stillwatch attribute report`: the page of a result, or of several at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.core.errors import InputError
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.attribution.triage import Outcome, Triaged

render_attribution = later("stillwatch.faces.report.render_attribution", "render_attribution")
render_triage = later("stillwatch.faces.report.render_triage", "render_triage")
outcome_of = later("stillwatch.faces.report.render_triage", "outcome_of")
triage = later("stillwatch.attribution.triage", "triage", extra="attribution")

_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT: Final = click.Path(dir_okay=False, path_type=Path)


@click.command(name="report", short_help="Write the result as a page, or several as a list to work through")
@click.argument("results", nargs=-1, required=True, type=_FILE, metavar="RESULT...")
@click.option("--out", type=_OUT, default=Path("attribution.html"), show_default=True, help="Where to write it.")
@click.option(
    "--tried", type=click.IntRange(min=1), help="How many suspects were tested in all; those given, if left out."
)
@click.option("--json", "as_json", is_flag=True, help="Print what is on the page as JSON.")
def report_command(results: tuple[Path, ...], out: Path, tried: int | None, as_json: bool) -> int:
    """Write RESULT as one HTML file with pictures, which opens from disk.

    Several are listed by q-value (Benjamini and Hochberg): an order to look at them in, and no claim of any.
    """
    if len(results) == 1 and tried is None:
        out.write_text(_read(results[0], render_attribution), "utf-8")
        plain: Any = _read(results[0], dict)
    else:
        tested: list[Outcome] = [_read(one, outcome_of) for one in results]
        count = tried or len(tested)
        found: list[Triaged] = triage(tested, tried=count)
        out.write_text(render_triage(found, tried=count), "utf-8")
        plain = {"tried": count, "suspects": [one.tested._asdict() | {"log10_q": one.log10_q} for one in found]}
    click.echo(json.dumps(plain, indent=2) if as_json else f"report    {out}")
    return NOTHING_FOUND


def _read(path: Path, made_of: Callable[[Any], Any]) -> Any:
    try:
        return made_of(json.loads(path.read_text("utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        mend = "give the result of stillwatch attribute test"
        raise InputError(f"no result: {error}", where=str(path), mend=mend) from error
