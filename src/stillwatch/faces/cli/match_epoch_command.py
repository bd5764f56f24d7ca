"""`stillwatch match epoch`: what the holder of the keys does, and how members get to know of it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.faces.cli.audit_text import tell_audit
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Moment, Span

if TYPE_CHECKING:
    import sqlite3
    from datetime import timedelta

    from stillwatch.intel.match_epoch import Epoch

_SERVICE = "stillwatch.service.sharing.match_epochs"
end_epochs = later(_SERVICE, "end_epochs")
epochs = later(_SERVICE, "epochs")
find_epoch = later(_SERVICE, "find_epoch")
joined = later("stillwatch.intel.match_epoch", "joined")
load_ristretto = later("stillwatch.intel.ristretto", "load_ristretto")
make_epoch = later(_SERVICE, "open_epoch")
open_matching = later(_SERVICE, "open_matching")
opening_of = later(_SERVICE, "Opening")
read_epoch = later("stillwatch.intel.match_epoch", "read_epoch")
write_epoch = later("stillwatch.intel.match_epoch", "write_epoch")

_NANOSECONDS = 1e9
_STATE = click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("stillwatch-hub/match.db"),
    show_default=True,
    help="What the holder of the keys keeps; `stillwatch hub serve --matching` answers with it.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_BY = click.option("--by", required=True, help="Your name; it is kept in the audit trail.")


@click.group(name="epoch", short_help="Open and end epochs, as the holder of their keys")
def epoch_group() -> None:
    """Open and end epochs, as the holder of their keys. Each has a key of its own, erased at its end."""


@epoch_group.command(name="open", short_help="Open an epoch")
@click.argument("name")
@click.option("--quota", required=True, type=click.IntRange(min=1), help="How many values a member may ask about.")
@click.option("--for", "lasts", type=Span(), default="7d", show_default=True, help="How long it goes on.")
@click.option("--begins", type=Moment(), help="When it begins; now if not given.")
@click.option("--url", default="", help="Where members ask, such as https://hub.example/matching.")
@_BY
@_STATE
def _open(  # noqa: PLR0913, PLR0917  # click passes each option by name
    name: str, quota: int, lasts: timedelta, begins: int | None, url: str, by: str, state: Path
) -> int:
    """Open the epoch NAME and print the file that all members must have alike."""
    now = time.time()
    begins_at = now // 1 if begins is None else begins / _NANOSECONDS
    ends_at = begins_at + lasts.total_seconds()
    asked = opening_of(name=name, begins_at=begins_at, ends_at=ends_at, quota=quota, url=url)
    state.parent.mkdir(parents=True, exist_ok=True)
    epoch: Epoch = make_epoch(_opened(state), load_ristretto(), asked, by=by, at=now)
    click.echo(write_epoch(epoch), nl=False)
    return NOTHING_FOUND


@epoch_group.command(name="list", short_help="List epochs")
@_STATE
@_JSON
def _list(state: Path, as_json: bool) -> int:
    """List epochs, the oldest first."""
    connection = _opened(state, must_exist=True)
    found: tuple[Epoch, ...] = epochs(connection)
    with_key = {one.id for one in epochs(connection, only_open=True)}
    if as_json:
        plain = [{**json.loads(write_epoch(one)), "has_key": one.id in with_key} for one in found]
        click.echo(json.dumps({"epochs": plain}, indent=2))
    for one in () if as_json else found:
        key = "" if one.id in with_key else "  key erased"
        span = f"{one.begins_at:%Y-%m-%d %H:%M}Z to {one.ends_at:%Y-%m-%d %H:%M}Z"
        click.echo(f"{one.id}  {span}  {one.quota:,} values a member{key}")
    return NOTHING_FOUND


@epoch_group.command(name="show", short_help="Print an epoch's file")
@click.argument("name")
@_STATE
def _show(name: str, state: Path) -> int:
    """Print the file of the epoch NAME, for all members alike: in a signed bundle, or where all can read it."""
    click.echo(write_epoch(find_epoch(_opened(state, must_exist=True), name)), nl=False)
    return NOTHING_FOUND


@epoch_group.command(name="end", short_help="End an epoch, and erase its key")
@click.argument("name")
@click.option("--because", required=True, help="Why; it is kept in the audit trail.")
@_BY
@_STATE
def _end(name: str, because: str, by: str, state: Path) -> int:
    """End the epoch NAME before its time, and erase its key: nobody can make a token of it any more."""
    ended = end_epochs(_opened(state, must_exist=True), at=time.time(), name=name, by=by, because=because)
    click.echo(f"{ended[0]}: ended, its key is erased" if ended else "it had ended before")
    return NOTHING_FOUND


@epoch_group.command(name="join", short_help="Make one epoch of several holders' shares")
@click.argument("files", nargs=-1, required=True, type=click.Path(dir_okay=False, exists=True, path_type=Path))
def _join(files: tuple[Path, ...]) -> int:
    """Print the file of the epoch whose key is split among the holders of FILES: members ask each of them."""
    shares = tuple(read_epoch(file.read_bytes(), where=str(file)) for file in files)
    click.echo(write_epoch(joined(shares)), nl=False)
    return NOTHING_FOUND


@epoch_group.command(name="audit", short_help="Who asked for how much, and what was refused")
@_STATE
@_JSON
def _audit(state: Path, as_json: bool) -> int:
    """Show who asked for how much, and what was refused. Exits 1 where an entry was changed."""
    return tell_audit(_opened(state, must_exist=True), as_json=as_json)


def _opened(state: Path, *, must_exist: bool = False) -> sqlite3.Connection:
    connection: sqlite3.Connection = open_matching(state, must_exist=must_exist)
    click.get_current_context().call_on_close(connection.close)
    return connection
