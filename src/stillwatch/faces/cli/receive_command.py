"""`stillwatch receive`: take in what peers tell, for guards and hunts."""

from __future__ import annotations

import json
import signal
import sys
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.errors import SettingsError
from stillwatch.faces.cli.evidence_option import note_acts
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.intel_options import OUT, PEERS, WARNINGLISTS, peers_at, publisher_at
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from stillwatch.service.sharing.publish_intel import IntelPublisher
    from stillwatch.service.sharing.receive import Received
    from stillwatch.service.sharing.receive_files import ReceivedFile

open_intel = later("stillwatch.service.sharing.intel_state", "open_intel")
receive_files = later("stillwatch.service.sharing.receive_files", "receive_files")
hub_client = later("stillwatch.service.sharing.hub_stream", "HubClient")
hub_follower = later("stillwatch.service.sharing.follow_hub", "HubFollower")
receive_collection = later("stillwatch.service.sharing.receive_collection", "receive_collection")
taxii_client = later("stillwatch.service.sharing.taxii_client", "TaxiiClient")
taxii_way = later("stillwatch.service.sharing.taxii_way", "TaxiiWay")
shown_of = later("stillwatch.service.sharing.taxii_way", "Shown")
source_of = later("stillwatch.service.sharing.peers", "Source")


@click.command(name="receive")
@click.argument("sources", nargs=-1, required=True, metavar="FILE|FOLDER|URL...")
@OUT
@PEERS
@WARNINGLISTS
@click.option("--name", default="", help="Name of the source in peers.toml; of a URL its host where none is given.")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File with the token that the hub has given you.",
)
@click.option(
    "--authorities",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of certificates to trust, in place of the system's.",
)
@click.option("--follow", is_flag=True, help="Of a hub: go on until told to stop.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, a line for each delivery.")
def receive_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    sources: tuple[str, ...],
    out: Path,
    peers: Path | None,
    warninglists: tuple[Path, ...],
    name: str,
    token_file: Path | None,
    authorities: Path | None,
    follow: bool,
    as_json: bool,
) -> int:
    """Take in what peers tell, from files and folders (STIX 2.1, events and feeds of MISP, CSV), or what a hub shares.

    Keeps all in OUT/intel.db with where it came from, in quarantine unless peers.toml trusts its producer, and writes
    OUT/intel.bin, the standings that guards look up beside those of a scan. Exits 1 where something came into force or
    waits for a person.
    """
    known = peers_at(peers, warninglists)
    out.mkdir(parents=True, exist_ok=True)
    connection = open_intel(out / "intel.db")
    note_acts(out / "intel.db")
    click.get_current_context().call_on_close(connection.close)
    urls = [one for one in sources if one.startswith(("http://", "https://"))]
    if not urls:
        found = receive_files(connection, [Path(one) for one in sources], known, by=name, clock=time.time)
        return _files(connection, found, publisher_at(out, known), as_json=as_json)
    if len(sources) > 1:
        raise SettingsError("one URL at a time", mend="run one command for each hub")
    if token_file is None:
        raise SettingsError("a hub asks for a token", where=urls[0], mend="name --token-file")
    token = token_file.read_text("utf-8").strip()
    source = known.sources.get(name or _host(urls[0])) or source_of(name=name or _host(urls[0]))
    seen: list[Received] = []

    def told(found: Received) -> None:
        seen.append(found)
        _tell(source.name, found, as_json=as_json)

    if "/collections/" in urls[0]:
        if follow:
            raise SettingsError("a collection is read to its end", where=urls[0], mend="ask again by a timer")
        way = taxii_way(urls[0], shown_of(secret=token, authority=authorities))
        click.get_current_context().call_on_close(way.close)
        for found in receive_collection(taxii_client(way), urls[0], connection, known, source, clock=time.time):
            told(found)
        publisher_at(out, known).publish(connection, at=datetime.now(UTC))
        return _exit_of(seen)
    follower = hub_follower(
        hub_client(urls[0], token, authorities=authorities),
        connection,
        publisher_at(out, known),
        known,
        source,
        clock=time.time,
        say=lambda text: click.echo(text, err=True),
        told=told,
    )
    if follow:
        signal.signal(signal.SIGTERM, _end)
        with suppress(KeyboardInterrupt):
            follower.go_on()
        return NOTHING_FOUND
    follower.catch_up()
    return _exit_of(seen)


def _files(
    connection: sqlite3.Connection, files: Iterator[ReceivedFile], publisher: IntelPublisher, *, as_json: bool
) -> int:
    seen: list[Received] = []
    for path, found in files:
        seen.append(found)
        _tell(str(path), found, as_json=as_json)
    published = publisher.publish(connection, at=datetime.now(UTC))
    if not as_json:
        click.echo(f"{published.rows} standings of what peers tell in intel.bin")
        for why, count in published.left_out.most_common():
            click.echo(f"  {count} accepted indicators are none: {why}")
    return _exit_of(seen)


def _exit_of(seen: list[Received]) -> int:
    return FOUND if any(one.accepted or one.quarantined or one.taken_back for one in seen) else NOTHING_FOUND


def _tell(where: str, found: Received, *, as_json: bool) -> None:
    if as_json:
        plain = {**found._asdict(), "refused": [asdict(one) for one in found.refused], "source": where}
        click.echo(json.dumps(plain, ensure_ascii=False))
        sys.stdout.flush()
        return
    words = [
        f"{value} {name.replace('_', ' ')}" for name, value in found._asdict().items() if value and name != "refused"
    ]
    click.echo(f"{where}: {', '.join(words) or 'nothing new'}")
    for one in found.refused[:10]:
        click.echo(f"  refused {one.id}: {one.why}")
    if len(found.refused) > 10:
        click.echo(f"  and {len(found.refused) - 10} more; see `stillwatch intel refused`")


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0].rpartition("@")[2].partition(":")[0]


def _end(*_: Any) -> None:
    raise KeyboardInterrupt
