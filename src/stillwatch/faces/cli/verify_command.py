"""`stillwatch verify`: check a sealed package, without the log and without a network."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from stillwatch.evidence.case_check import CaseReport

_EXTRA = "evidence"
check_file = later("stillwatch.service.evidence.check_file", "check_file", extra=_EXTRA)
read_trust = later("stillwatch.service.evidence.read_trust", "read_trust", extra=_EXTRA)

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="verify")
@click.argument("package", type=click.Path(exists=True, path_type=Path))
@click.option("--log-toml", type=_FILE, help="What the log's keeper gave you: its name and its keys.")
@click.option("--roots", type=_FILE, help="Certificates that time stamps must lead to, PEM.")
@click.option("--seen", type=_FILE, multiple=True, help="A checkpoint of the log that you or others were shown.")
@click.option("--opening", type=_FILE, multiple=True, help="Fields that were taken out and that somebody shows now.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def verify_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    package: Path,
    log_toml: Path | None,
    roots: Path | None,
    seen: tuple[Path, ...],
    opening: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Check PACKAGE, a sealed zip archive or the folder that it was unpacked in. Exits 1 where something does not hold.

    Without --log-toml the keys of the package itself are taken: then it shows that the package is one piece, not whose
    it is. What could not be checked is said.
    """
    trust = read_trust(log_toml=log_toml, roots=roots, seen=seen, openings=opening)
    report: CaseReport = check_file(package, trust)
    if as_json:
        click.echo(json.dumps(_plain(report), indent=2, ensure_ascii=False))
    else:
        for one in report.checks:
            click.echo(f"{one.outcome.value:<9} {one.name:<14} {one.because}")
        because = "everything that was checked holds" if report.outcome.value == "holds" else "it does not hold"
        click.echo(f"{package}: {because}")
    return NOTHING_FOUND if report.outcome.value == "holds" else FOUND


def _plain(report: CaseReport) -> dict[str, Any]:
    return {
        "outcome": report.outcome.value,
        "about": report.about,
        "tier": report.tier,
        "made_at": report.made_at.isoformat().replace("+00:00", "Z") if report.made_at else "",
        "origin": report.origin,
        "checks": [{"name": one.name, "outcome": one.outcome.value, "because": one.because} for one in report.checks],
    }
