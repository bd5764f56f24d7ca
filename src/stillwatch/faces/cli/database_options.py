"""A database to read: four options, which reach a command as the one value `export`."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stillwatch.faces.cli.options import Span
from stillwatch.service.export_settings import ExportSettings

if TYPE_CHECKING:
    from collections.abc import Callable

_META: Final = "stillwatch.database."


def database_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--from`, `--query`, `--incremental` and `--lag` to a command."""
    for option in (_LAG, _INCREMENTAL, _QUERY, _FROM):
        command = option(command)
    return command


def _remember(context: click.Context, parameter: click.Parameter, value: Any) -> None:
    context.meta[f"{_META}{parameter.name}"] = value


def _choose(context: click.Context, _: click.Parameter, address: str | None) -> ExportSettings | None:
    said = {name: context.meta.get(f"{_META}{name}") for name in ("query", "incremental", "lag")}
    if address is None:
        if said["query"] is not None or said["incremental"]:
            raise click.UsageError("--query and --incremental are about a database: name it with --from")
        return None
    if said["query"] is None:
        raise click.UsageError("--from needs the file with the export query: name it with --query")
    lag: timedelta = said["lag"] or timedelta()
    until = int((datetime.now(UTC) - lag).timestamp()) * 10**9 if said["incremental"] else None
    return ExportSettings(
        address=address,
        query=said["query"],
        until=until,
        user=os.environ.get("STILLWATCH_DATABASE_USER", ""),
        password=os.environ.get("STILLWATCH_DATABASE_PASSWORD", ""),
    )


_FROM: Final = click.option(
    "--from",
    "export",
    metavar="DATABASE",
    callback=_choose,
    help="Read a database: postgresql://…, clickhouse+https://…, sqlite:FILE, duckdb:FILE or adbc:PACKAGE:URI. "
    "Passwords come from the environment: PGPASSWORD, or STILLWATCH_DATABASE_PASSWORD for all but PostgreSQL.",
)
_QUERY: Final = click.option(
    "--query",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    is_eager=True,  # the three are read before --from, which takes them up
    expose_value=False,
    callback=_remember,
    help="File with the export query: one SELECT, ordered by time, whose columns are those of a known format or of "
    "--mapping.",
)
_INCREMENTAL: Final = click.option(
    "--incremental",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_remember,
    help="Ask for what is new since the last such scan: the query takes two times ($1 and $2, or since and until).",
)
_LAG: Final = click.option(
    "--lag",
    type=Span(),
    default="15m",
    show_default=True,
    is_eager=True,
    expose_value=False,
    callback=_remember,
    help="With --incremental: rows younger than this wait for the next scan, since some may not be written yet.",
)
