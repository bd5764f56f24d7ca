"""`stillwatch store`: look into a store, and erase from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.faces.cli.evidence_option import BY, EVIDENCE, REASON, notebook_at
from stillwatch.faces.cli.exits import COULD_NOT_START, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Moment

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.forgotten import Forgotten
    from stillwatch.core.store_info import StoreInfo

acted = later("stillwatch.service.evidence.acted", "acted", extra="evidence")
note_forgotten = later("stillwatch.service.evidence.erase", "note_forgotten", extra="evidence")
forget = later("stillwatch.service.forget", "forget")
store_info = later("stillwatch.service.store_info", "store_info")

_STORE = click.Path(exists=True, file_okay=False, path_type=Path)
_RESULTS_REMAIN = (
    "result files of earlier scans (campaigns.json, set_aside.json, members.parquet, links.parquet, report.html) still "
    "name accounts, and the log files themselves are untouched: remove or rewrite them too"
)


@click.group(name="store")
def store_command() -> None:
    """What a store holds; erase an account or what is old."""


@store_command.command(name="info", short_help="Say what a store holds")
@click.argument("store", type=_STORE)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def _info(store: Path, as_json: bool) -> int:
    """Say what STORE holds: exchanges, accounts, period, size by table, how it was made, and the logs that went in."""
    info = store_info(store)
    click.echo(json.dumps(_plain(info), indent=2) if as_json else _shown(info))
    return NOTHING_FOUND


@store_command.command(name="forget", short_help="Erase an account, or what is old")
@click.argument("store", type=_STORE)
@click.option("--account", "account_id", help="Erase this account, by the id that results call it.")
@click.option("--before", type=Moment(), help="Erase every exchange that started before this time (UTC).")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@EVIDENCE
@BY
@REASON
@click.option("--json", "as_json", is_flag=True, help="Print what was erased as JSON.")
def _forget(  # noqa: PLR0913, PLR0917  # click passes each option by name
    store: Path,
    account_id: str | None,
    before: int | None,
    is_sure: bool,
    evidence: Path | None,
    by: str,
    reason: str,
    as_json: bool,
) -> int:
    """Erase from STORE one account (--account) or what is old (--before). It cannot be undone.

    Erases exchanges, keys, excerpts and names, and blanks the excerpts of rejected records, whoever they belong to. The
    log files stay known as read, so that scanning them again brings nothing back. With --evidence the erasure is noted.
    """
    if (account_id is None) == (before is None):
        raise click.UsageError("name either --account ID or --before TIME")
    if not is_sure and not _is_confirmed(
        store, f"account {account_id}" if account_id else "everything before that time"
    ):
        click.echo("nothing was erased", err=True)
        return COULD_NOT_START
    book = notebook_at(evidence)
    forgotten = forget(store, account_id=account_id, before=before)
    if book and forgotten.exchanges:
        who = acted(name=by, reason=reason)
        note_forgotten(book, forgotten, who, account_id=account_id or "", before=before)
    if as_json:
        click.echo(json.dumps({**asdict(forgotten), "remains": _RESULTS_REMAIN}, indent=2))
    else:
        click.echo(_told(forgotten))
    return NOTHING_FOUND


def _is_confirmed(store: Path, what: str) -> bool:
    try:
        return click.confirm(f"Erase {what} from {store}? This cannot be undone", err=True)
    except click.Abort as error:
        raise click.UsageError(
            "nobody answered, so nothing was erased; pass --yes to erase without being asked"
        ) from error


def _told(forgotten: Forgotten) -> str:
    if not forgotten.exchanges:
        return f"{forgotten.store} held nothing of this; {forgotten.left:,} exchanges are in it"
    lines = [f"erased {forgotten.exchanges:,} exchanges with their keys and excerpts; {forgotten.left:,} are left"]
    if forgotten.blanked:
        lines.append(
            f"blanked {forgotten.blanked:,} excerpts of rejected records, since nobody can tell whose they were"
        )
    return "\n".join((*lines, f"note: {_RESULTS_REMAIN}"))


def _plain(info: StoreInfo) -> dict[str, Any]:
    return {**asdict(info), "first_at": _moment(info.first_at), "last_at": _moment(info.last_at)}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _shown(info: StoreInfo) -> str:
    period = (
        f"{info.first_at:%Y-%m-%d %H:%M} to {info.last_at:%Y-%m-%d %H:%M} UTC"
        if info.first_at and info.last_at
        else "no exchange"
    )
    lines = [
        f"store      {info.path} (version {info.version})",
        f"holds      {info.exchanges:,} exchanges of {info.accounts:,} accounts",
        f"period     {period}",
        f"content    {info.content}",
        f"account    {info.unit or 'the first identity that a record has'}",
        f"on disk    {_size(info.size_bytes)}",
        *(
            f"           {one.table:<10} {_size(one.size_bytes):>9}  {one.rows:>13,} rows in {one.files:,} files"
            for one in info.tables
        ),
        f"inputs     {len(info.inputs):,}",
    ]
    for log in info.inputs:
        end = "" if log.complete else ", NOT read to its end"
        lines.append(f"           {log.path}")
        lines.append(
            f"             {'+'.join(log.formats)}, {log.exchanges:,} exchanges, {log.rejected:,} rejected{end}"
        )
        lines.append(f"             {_size(log.size_bytes)}, sha256 {log.sha256}")
    return "\n".join(lines)


def _size(size_bytes: int) -> str:
    size = float(size_bytes)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:,.0f} {unit}" if unit == "B" else f"{size:,.1f} {unit}"
        size /= 1024
    return f"{size:,.1f} TiB"
