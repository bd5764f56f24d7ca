"""`stillwatch lists`: official and private screening lists, kept version by version."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from stillwatch.core.list_version import ListVersion
    from stillwatch.core.listed_entity import ListedEntity
    from stillwatch.screening.list_diff import Difference

list_store = later("stillwatch.service.screening.list_store", "ListStore")
added_list = later("stillwatch.service.screening.list_store", "AddedList")
plain_version = later("stillwatch.service.screening.list_ledger", "plain_version")
difference = later("stillwatch.screening.list_diff", "difference")
list_formats = later("stillwatch.screening.list_shelf", "list_formats")
age_warning = later("stillwatch.screening.list_age", "age_warning")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LISTS = click.option(
    "--lists",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-lists"),
    show_default=True,
    envvar="STILLWATCH_LISTS",
    show_envvar=True,
    help="Folder that keeps the lists.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_SHOWN = 20


@click.group(name="lists")
def lists_command() -> None:
    """Official and private screening lists: add them, see how old they are and what changed."""


@lists_command.command(name="add", short_help="Add a list, or a new version of one")
@click.argument("name")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@_LISTS
@click.option(
    "--format", "format_name", default="", help="Format of the files (`lists formats`); recognised if not given."
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day of which the list is; its own if not given.")
@click.option("--by", default="", envvar="STILLWATCH_BY", help="Your name; it is kept with the version.")
@click.option("--source", default="", help="Where it was fetched; it is kept with the version.")
@click.option("--licence", default="", help="Of the data; the publisher's if not given.")
@click.option("--known", type=_FILE, help="File of ids, one a line, that this version and each later one must hold.")
@click.option("--force", "is_forced", is_flag=True, help="Take it although it has many fewer entries than before.")
@_JSON
def _add(  # click passes each option by name
    name: str, files: tuple[Path, ...], folder: Path, known: Path | None, as_json: bool, **said: Any
) -> int:
    """Add FILE... as the newest version of the list NAME, and say what changed. Nothing is fetched by itself.

    Refused: files that are no whole list, lack known ids, or hold many fewer entries than the version before.
    """
    said["as_of"] = said["as_of"].date() if said["as_of"] else None
    ids = tuple(filter(None, map(str.strip, known.read_text("utf-8").splitlines()))) if known else ()
    store = _store(folder)
    before = store.read(name) if name in store.names() else None
    version: ListVersion = store.add(
        name, {file.name: file.read_bytes() for file in files}, added_list(**said, known=ids)
    )
    changed = difference(before.read.entities, store.read(name).read.entities) if before is not None else None
    if as_json:
        plain = {"version": plain_version(version), "difference": _plain(changed) if changed is not None else None}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
        return NOTHING_FOUND
    click.echo(_line(version))
    for warning in version.warnings:
        click.echo(f"warning: {warning}", err=True)
    if changed is not None:
        click.echo(_counted(changed))
    return NOTHING_FOUND


@lists_command.command(name="list", short_help="Lists, their versions and ages")
@_LISTS
@click.option("--all", "is_all", is_flag=True, help="Every version, not the newest alone.")
@_JSON
def _list(folder: Path, is_all: bool, as_json: bool) -> int:
    """Show each list with the day it is of, its digest and its entries. Exits 1 where one is too old."""
    store = _store(folder)
    versions: list[ListVersion] = [
        one for name in store.names() for one in (store.versions(name) if is_all else store.versions(name)[-1:])
    ]
    today = datetime.now(UTC).date()
    newest = [store.versions(name)[-1] for name in store.names()]
    stale = [
        text for one in newest if (text := age_warning(one.list_name, one.as_of, one.stale_after_days, today=today))
    ]
    if as_json:
        plain = {"lists": [plain_version(one) for one in versions], "stale": stale}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        for one in versions:
            click.echo(_line(one))
        for text in stale:
            click.echo(f"warning: {text}", err=True)
    return FOUND if stale else NOTHING_FOUND


@lists_command.command(name="diff", short_help="What changed between two versions")
@click.argument("name")
@click.argument("old", required=False)
@click.argument("new", required=False, default="")
@_LISTS
@_JSON
def _diff(name: str, old: str | None, new: str, folder: Path, as_json: bool) -> int:
    """Show what changed in the list NAME from version OLD to NEW, named by the head of their digests.

    Without them, from the one before the newest to the newest. Exits 1 where something changed.
    """
    store = _store(folder)
    versions = store.versions(name)
    if old is None:
        if len(versions) < 2:
            raise click.UsageError(f"{name} has one version; there is nothing to compare it with")
        old = versions[-2].sha256
    changed: Difference = difference(store.read(name, old).read.entities, store.read(name, new).read.entities)
    if as_json:
        click.echo(json.dumps(_plain(changed), indent=2, ensure_ascii=False))
    else:
        click.echo(_counted(changed))
        for title, entities in (("added", changed.added), ("removed", changed.removed)):
            for one in entities[:_SHOWN]:
                click.echo(f"{title:<8} {_named(one)}")
        for change in changed.changed[:_SHOWN]:
            click.echo(f"changed  {_named(change.after)}: {', '.join(change.fields)}")
    return NOTHING_FOUND if changed.is_empty else FOUND


@lists_command.command(name="formats", short_help="Formats that are read, and where each is published")
@_JSON
def _formats(as_json: bool) -> int:
    """List the formats that are read, with where their publishers have them and under which licence."""
    declared = list_formats()
    if as_json:
        names = ("name", "title", "published", "licence", "stale_after_days")
        click.echo(json.dumps([{name: getattr(one, name) for name in names} for one in declared], indent=2))
        return NOTHING_FOUND
    for one in declared:
        click.echo(f"{one.name:<14} {one.title} ({one.licence})")
        for url in one.published:
            click.echo(f"{'':<14} {url}")
    return NOTHING_FOUND


def _store(folder: Path) -> Any:
    return list_store(folder, clock=lambda: datetime.now(UTC))


def _line(one: ListVersion) -> str:
    dated = f"{one.as_of.isoformat()}{'?' if one.dated_by == 'added' else ''}"
    refused = f", {one.refused:,} NOT read" if one.refused else ""
    return f"{one.list_name:<16} {dated:<11} {one.sha256[:12]}  {one.entities:>7,} entries{refused}  {one.format_name}"


def _counted(changed: Difference) -> str:
    return f"{len(changed.added):,} added, {len(changed.removed):,} removed, {len(changed.changed):,} changed"


def _named(one: ListedEntity) -> str:
    return f"{one.list_name}:{one.source_id} {one.names[0].text}"


def _plain(changed: Difference) -> dict[str, Any]:
    def plain(one: ListedEntity) -> dict[str, str]:
        return {"source": one.list_name, "id": one.source_id, "name": one.names[0].text}

    return {
        "added": [plain(one) for one in changed.added],
        "removed": [plain(one) for one in changed.removed],
        "changed": [{**plain(one.after), "fields": list(one.fields)} for one in changed.changed],
    }
