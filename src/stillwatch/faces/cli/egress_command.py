"""`stillwatch egress`: bytes that leave the hosts on which weights lie, against a declared budget."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from stillwatch.core.egress import EgressWeight
from stillwatch.core.leaf import Leaf, LeafKind
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import open_log
from stillwatch.faces.cli.progress import shown_progress

if TYPE_CHECKING:
    from stillwatch.core.egress import EgressWatch

_EXTRA = "evidence"
watch_egress = later("stillwatch.service.evidence.watch_egress", "watch_egress")
write_egress = later("stillwatch.service.evidence.egress_document", "write_egress")
egress_document = later("stillwatch.service.evidence.egress_document", "egress_document")
egress_lines = later("stillwatch.faces.cli.egress_text", "egress_lines")
render_egress = later("stillwatch.faces.report.render_egress", "render_egress")
digest_of_file = later("stillwatch.evidence.leaf_entry", "digest_of_file", extra=_EXTRA)


@click.command(name="egress")
@click.argument("budget", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="BUDGET.toml")
@click.argument("logs", nargs=-1, required=True, metavar="FLOWLOG...")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-egress"),
    show_default=True,
    help="Folder for egress.json, egress.html and the hosts' flows, which the next run does not read again.",
)
@click.option(
    "--log",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="STILLWATCH_EVIDENCE",
    show_envvar=True,
    help="A transparency log: the digest of egress.json is noted there.",
)
@click.option(
    "--keys", type=click.Path(file_okay=False, path_type=Path), help="Where the log's keys lie, if not in it."
)
@click.option("--json", "as_json", is_flag=True, help="Print egress.json.")
def egress_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    budget: Path, logs: tuple[str, ...], out: Path, folder: Path | None, keys: Path | None, as_json: bool
) -> int:
    """Bytes that leave hosts on which model weights lie, against what BUDGET.toml declares for them.

    A FLOWLOG is a file, folder or pattern, plain or compressed: NetFlow and IPFIX as JSON (nfdump, goflow2, pmacct,
    IANA's names, Elastic and ElastiFlow), flow logs of AWS, Google Cloud and Azure, Zeek's conn.log. Exits 1 where
    something is against the declaration, 3 where nothing is and a log could not be read to its end.
    """
    out.mkdir(parents=True, exist_ok=True)
    with shown_progress(Console(stderr=True), is_quiet=as_json) as progress:
        watch: EgressWatch = watch_egress(budget, logs, out, at=datetime.now(UTC), progress=progress)
    written: Path = write_egress(watch, out)
    (out / "egress.html").write_text(render_egress(watch), "utf-8")
    leaf = _note(written, folder, keys) if folder is not None else None
    if as_json:
        click.echo(json.dumps(egress_document(watch), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(egress_lines(watch)))
        click.echo(f"report {out / 'egress.html'}" + (f"\nleaf {leaf}" if leaf is not None else ""))
    if any(one.weight is EgressWeight.OVER for one in watch.findings):
        return FOUND
    return INCOMPLETE if watch.faults else NOTHING_FOUND


def _note(written: Path, folder: Path, keys: Path | None) -> int:
    log = open_log(folder, keys)
    leaf = Leaf(kind=LeafKind.FINDING, sha256=digest_of_file(written), noted_at=datetime.now(UTC), about="egress")
    return log.note([leaf])[0]
