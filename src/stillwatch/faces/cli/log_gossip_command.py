"""`stillwatch log gossip`: tell others which checkpoints one was shown, and hear what they were."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.errors import PeerError, SettingsError
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import EXTRA, JSON, open_log

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.evidence.told_heads import ToldHeads
    from stillwatch.service.evidence.gossip import Gossip, Heard

_SERVICE = "stillwatch.service.evidence"
gossip_of = later(f"{_SERVICE}.gossip", "Gossip", extra=EXTRA)
read_watched_logs = later(f"{_SERVICE}.watched_logs", "read_watched_logs", extra=EXTRA)
watched_log = later(f"{_SERVICE}.watched_logs", "WatchedLog", extra=EXTRA)
policy_of = later(f"{_SERVICE}.log_settings", "policy_of", extra=EXTRA)
fetched = later(f"{_SERVICE}.log_copy", "fetched", extra=EXTRA)
told_heads = later("stillwatch.evidence.told_heads", "ToldHeads", extra=EXTRA)
read_told_heads = later("stillwatch.evidence.told_heads", "read_told_heads", extra=EXTRA)
write_told_heads = later("stillwatch.evidence.told_heads", "write_told_heads", extra=EXTRA)

CHECKPOINTS = ".checkpoints"
"""What the names of such files end in, so that they are known when they come out of a bundle."""
_MOST_BYTES = 8 << 20
_LOGS = click.option(
    "--logs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The logs that are watched: [[log]] with origin, keys, and source where it is published, as in witness.toml.",
)
_STATE = click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("gossip.db"),
    show_default=True,
    help="What was heard so far.",
)
_OWN = click.option(
    "--log",
    "own",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="STILLWATCH_EVIDENCE",
    show_envvar=True,
    help="The folder of your own log, which is then watched too.",
)


@click.group(name="gossip", short_help="Find out whether a log tells two stories")
def gossip() -> None:
    """Tell others which checkpoints of logs you were shown, and hear which they were shown.

    A log that showed you one story and them another one has signed the proof of it.
    """


@gossip.command(name="hear", short_help="Compare what others were shown")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@_LOGS
@_OWN
@_STATE
@JSON
def _hear(sources: tuple[str, ...], logs: Path | None, own: Path | None, state: Path, as_json: bool) -> int:
    """Compare the checkpoints in SOURCES with all that were heard before.

    A source is a file that `tell` has written or a log's checkpoint itself, or the address of either. Exits 1 where a
    log told two stories, 3 where a source could not be read.
    """
    known = _opened(state, logs, own)
    found, is_whole = [], True
    for source in sources:
        try:
            found += [(source, one) for one in known.hear(_read(source), by=source)]
        except PeerError as error:
            is_whole = False
            click.echo(f"error: {error}", err=True)
    return tell_heard(found, as_json=as_json) or (NOTHING_FOUND if is_whole else INCOMPLETE)


@gossip.command(name="tell", short_help="Write what you were shown, for others")
@_LOGS
@_OWN
@click.option("--keys", type=click.Path(file_okay=False, path_type=Path), help="Where its keys lie, if not in it.")
@_STATE
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="NAME.checkpoints")
def _tell(logs: Path | None, own: Path | None, keys: Path | None, state: Path, out: Path) -> int:
    """Write the newest checkpoint of each log that you were shown, and whatever does not fit to it.

    Of your own log it says too what connects its newest checkpoint to earlier ones. Publish the file, mail it, or send
    it over an air gap with `stillwatch bundle export`.
    """
    if out.suffix != CHECKPOINTS:
        raise SettingsError("its name tells what it is", where=str(out), mend=f"let it end in {CHECKPOINTS}")
    told: ToldHeads = _opened(state, logs, own).tell(None if own is None else open_log(own, keys))
    out.write_bytes(write_told_heads(told))
    click.echo(f"{out}: {len(told.notes)} checkpoints")
    return NOTHING_FOUND


@gossip.command(name="splits", short_help="Show which logs told two stories")
@_STATE
@JSON
def _splits(state: Path, as_json: bool) -> int:
    """Show which logs told two stories, with both checkpoints, and what waits. Exits 1 where there are any."""
    known: Gossip = gossip_of(state, (), clock=time.time)
    found, waiting = known.splits(), known.waiting()
    if as_json:
        plain = {"splits": [one._asdict() for one in found], "waiting": [_plain("", one) for one in waiting]}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
        return FOUND if found else NOTHING_FOUND
    for one in found:
        click.echo(f"{one.origin} has signed both of these: {one.because}\n\n{one.one}\n{one.other}")
    for each in waiting:
        click.echo(f"{each.origin}  {each.size:,} leaves  {each.because}")
    return FOUND if found else NOTHING_FOUND


def hear_files(files: Iterable[Path], *, logs: Path, state: Path, by: str, as_json: bool) -> int:
    """Compare the checkpoints in files that came some other way, and say what was found; gives the exit code."""
    known = _opened(state, logs, None)
    found = [
        (file.name, one)
        for file in files
        if file.suffix == CHECKPOINTS
        for one in known.hear(read_told_heads(file.read_bytes(), str(file)), by=by)
    ]
    return tell_heard(found, as_json=as_json)


def tell_heard(found: list[tuple[str, Heard]], *, as_json: bool) -> int:
    """Say what was found, and give the exit code."""
    if as_json:
        click.echo(json.dumps({"heard": [_plain(*one) for one in found]}, indent=2, ensure_ascii=False))
    for source, one in () if as_json else found:
        told = one.verdict.value if one.verdict else "passed over"
        click.echo(f"{told:<11}  {one.origin or source}  {one.size:,} leaves: {one.because}")
    return FOUND if any(one.verdict and one.verdict.value == "split" for _, one in found) else NOTHING_FOUND


def _opened(state: Path, logs: Path | None, own: Path | None) -> Gossip:
    watched = [*read_watched_logs(logs)] if logs else []
    if own is not None:
        watched.append(watched_log(policy_of(own), str(own)))
    if not watched:
        raise SettingsError("no log is watched", mend="name them with --logs, or your own with --log")
    known: Gossip = gossip_of(state, watched, clock=time.time)
    return known


def _read(source: str) -> ToldHeads:
    """What a source says: a file of `tell`, or one checkpoint as a log publishes it."""
    path = Path(source)
    data: bytes | None = path.read_bytes() if path.is_file() else None
    if data is None and "://" in source:
        data = fetched(source, _MOST_BYTES)
    if data is None:
        raise PeerError("nothing is there", where=source, mend="name a file or an address")
    told: ToldHeads = read_told_heads(data, source) if data[:1] == b"{" else told_heads((data,))
    return told


def _plain(source: str, one: Heard) -> dict[str, Any]:
    verdict = one.verdict.value if one.verdict else None
    return {"source": source, "origin": one.origin, "size": one.size, "verdict": verdict, "because": one.because}
