"""`stillwatch corpus`: public prompt sets that a scan looks for."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.service.corpus import Place, corpus_add, corpus_list, corpus_remove

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.prompt_set import PromptSet

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_DEFAULT_STORE = Path("stillwatch-out/store")
_Command = TypeVar("_Command", bound="Callable[..., Any]")


def _where(command: _Command) -> _Command:
    """The two options that say where prompt sets lie."""
    store = click.option("--store", type=_FOLDER, help=f"Store of a scan; {_DEFAULT_STORE} if nothing is given.")
    folder = click.option("--corpora", type=_FOLDER, help="Folder of prompt sets that several stores share.")
    return store(folder(command))


def _place(store: Path | None, corpora: Path | None) -> Place:
    if store is not None and corpora is not None:
        raise click.UsageError("name either --store or --corpora")
    return Place(corpora=corpora) if corpora is not None else Place(store=store or _DEFAULT_STORE)


@click.group(name="corpus")
def corpus_command() -> None:
    """Public prompt sets: a scan says which were taken, and by whom."""


@corpus_command.command(name="add", short_help="Fingerprint a public prompt set")
@click.argument("name")
@click.argument("file", type=_FILE)
@_where
@click.option("--column", help="Field that holds the prompt, such as question or messages; guessed if not given.")
@click.option("--json", "as_json", is_flag=True, help="Print what was added as JSON.")
def _add(  # noqa: PLR0913, PLR0917  # click passes each option by name
    name: str, file: Path, store: Path | None, corpora: Path | None, column: str | None, as_json: bool
) -> int:
    """Fingerprint the prompts of FILE under NAME: Parquet, JSON, CSV or text lines; gzip and zstd are fine.

    A store keeps salted keys alone. A folder (--corpora) keeps the text, which is public, and `stillwatch scan
    --corpora` fingerprints it into its store. Scans after that say who took how much of the set.
    """
    added = corpus_add(name, file, _place(store, corpora), column=column, now=datetime.now(UTC))
    click.echo(json.dumps(asdict(added), indent=2) if as_json else _told(added))
    return NOTHING_FOUND


@corpus_command.command(name="list", short_help="List the prompt sets")
@_where
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def _list(store: Path | None, corpora: Path | None, as_json: bool) -> int:
    """List the prompt sets of a store or a folder."""
    found = corpus_list(_place(store, corpora))
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], indent=2))
    else:
        click.echo("\n".join(_told(one) for one in found) or "no prompt set; add one with `stillwatch corpus add`")
    return NOTHING_FOUND


@corpus_command.command(name="remove", short_help="Take a prompt set away")
@click.argument("name")
@_where
@click.option("--json", "as_json", is_flag=True, help="Print what was removed as JSON.")
def _remove(name: str, store: Path | None, corpora: Path | None, as_json: bool) -> int:
    """Take the prompt set NAME away; results of earlier scans keep what they say."""
    corpus_remove(name, _place(store, corpora))
    click.echo(json.dumps({"removed": name}) if as_json else f"removed {name}")
    return NOTHING_FOUND


def _told(one: PromptSet) -> str:
    return (
        f"{one.name}: {one.items:,} prompts from {one.source}, {one.told_apart:,} of them told apart inside longer "
        f"prompts; added {one.added_at}"
    )
