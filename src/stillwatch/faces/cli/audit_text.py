"""Print an audit trail, the same way for every command that has one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    import sqlite3

first_broken = later("stillwatch.service.audit_trail", "first_broken")
read_entries = later("stillwatch.service.audit_trail", "read_entries")


def tell_audit(connection: sqlite3.Connection, *, as_json: bool) -> int:
    """Print every entry, in JSON one a line; the exit code says whether one was changed."""
    broken = first_broken(connection)
    for entry in read_entries(connection):
        at = datetime.fromtimestamp(entry.happened_at, UTC)
        if as_json:
            plain = {**entry._asdict(), "happened_at": at.isoformat().replace("+00:00", "Z")}
            click.echo(json.dumps(plain, ensure_ascii=False))
        else:
            detail = ", ".join(
                f"{name.replace('_', ' ')} {value}" for name, value in entry.detail.items() if value not in ("", None)
            )
            click.echo(f"{at:%Y-%m-%d %H:%M:%S}  {entry.what.replace('_', ' ')}  {entry.about}  {entry.who}  {detail}")
    if broken is not None:
        click.echo(f"entry {broken} is missing or was changed after it was written", err=True)
    return NOTHING_FOUND if broken is None else FOUND
