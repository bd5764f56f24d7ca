"""`stillwatch log succeed` and `follow`: one log ends, another goes on, and readers come from the one to the other."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import EXTRA, JSON, KEY, KEYS, LOG, open_log

if TYPE_CHECKING:
    from stillwatch.evidence.proof_file import LogPolicy
    from stillwatch.evidence.succession import ProvedSuccession

_SERVICE = "stillwatch.service.evidence"
make_log = later(f"{_SERVICE}.evidence_log", "EvidenceLog.make", extra=EXTRA)
policy_of = later(f"{_SERVICE}.log_settings", "policy_of", extra=EXTRA)
succeed_log = later(f"{_SERVICE}.succeed_log", "succeed_log", extra=EXTRA)
follow_succession = later(f"{_SERVICE}.succeed_log", "follow_succession", extra=EXTRA)


@click.command(name="succeed", short_help="End the log; another goes on")
@click.argument("new", type=click.Path(file_okay=False, path_type=Path))
@LOG
@KEYS
@click.option("--origin", required=True, help="The name of the log that follows, such as lab.example/log-2027.")
@KEY
def succeed(new: Path, folder: Path, keys: Path | None, origin: str, key: str) -> int:
    """End the log for ever, and begin the one that follows it in folder NEW.

    The last leaf of the one names the other and its keys, the first leaf of that one the head that it follows. One that
    was cut off is brought to its end.
    """
    old = open_log(folder, keys)
    if (new / "log.toml").exists():
        following = open_log(new, None)
    else:
        following = make_log(new, origin, clock=time.time, passphrase=passphrase(), first=key)
    proved: ProvedSuccession = succeed_log(old, following, at=datetime.now(UTC))
    click.echo(f"{folder}: ended with leaf {proved.end_proof.leaf}; {proved.ends.other} goes on in {new}")
    click.echo(f"give its readers {folder / 'successor.json'}")
    return NOTHING_FOUND


@click.command(name="follow", short_help="Follow a log to the next, as a reader")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--log-toml",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="What the keeper of the log that ended gave you: its name and its keys.",
)
@JSON
def follow(file: Path, log_toml: Path, as_json: bool) -> int:
    """Check FILE, the successor.json of a log that ended, and print the log.toml of the one that follows it.

    Exits 2 where the two logs do not name each other.
    """
    found: LogPolicy = follow_succession(file, policy_of(log_toml))
    keys = [str(one) for one in found.log_keys]
    if as_json:
        click.echo(json.dumps({"origin": found.origin, "keys": keys}, indent=2, ensure_ascii=False))
    else:
        click.echo(f'origin = "{found.origin}"\nkeys = [\n' + "".join(f'  "{one}",\n' for one in keys) + "]")
    return NOTHING_FOUND
