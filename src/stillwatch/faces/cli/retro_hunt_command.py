"""`stillwatch retro-hunt`: look for what peers have told in the logs of the past."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.errors import InputError
from stillwatch.core.hunt import Weight
from stillwatch.faces.cli.engine_options import engine_options
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.intel_options import PEERS, WARNINGLISTS, peers_at
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Moment, Size
from stillwatch.faces.cli.retro_hunt_text import hunt_lines, hunt_plain

if TYPE_CHECKING:
    from stillwatch.core.hunt import Hunt
    from stillwatch.core.shared_campaign import SharedCampaign
    from stillwatch.service.sharing.write_sightings import Answer

_SERVICE = "stillwatch.service.sharing"
retro_hunt = later(f"{_SERVICE}.retro_hunt", "retro_hunt", extra="intel")
settings_of = later(f"{_SERVICE}.retro_hunt", "RetroHuntSettings", extra="intel")
read_intel_files = later(f"{_SERVICE}.intel_files", "read_intel_files", extra="intel")
hunted_campaigns = later(f"{_SERVICE}.hunted_campaigns", "hunted_campaigns", extra="intel")
open_intel = later(f"{_SERVICE}.intel_state", "open_intel", extra="intel")
write_sightings = later(f"{_SERVICE}.write_sightings", "write_sightings", extra="intel")
sighter_of = later(f"{_SERVICE}.write_sightings", "Sighter", extra="intel")

_STORE = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command(name="retro-hunt")
@click.argument("stores", nargs=-1, type=_STORE, metavar="[STORE]...")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-out"),
    show_default=True,
    help="Folder of the scan: its store where no STORE is named, and what was received, intel.db.",
)
@click.option(
    "--for",
    "files",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Look for what is in this file or folder (STIX, MISP, CSV) in place of what was received; may be repeated.",
)
@WARNINGLISTS
@PEERS
@click.option("--since", type=Moment(), help="Only exchanges from then on (UTC).")
@click.option("--until", type=Moment(), help="Only exchanges before then (UTC).")
@click.option(
    "--common-share",
    type=click.FloatRange(0, 1),
    default=0.05,
    show_default=True,
    help="What more than this share of all accounts match is popular here, and no lead.",
)
@click.option("--memory", "memory_bytes", type=Size(), default="1G", show_default=True, help="Memory to keep to.")
@engine_options
@click.option(
    "--sightings",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write what was found as sightings to this folder, one bundle for each source, to send back.",
)
@click.option("--identity", envvar="STILLWATCH_IDENTITY", show_envvar=True, help="With --sightings: your STIX id.")
@click.option("--name", envvar="STILLWATCH_MEMBER", show_envvar=True, help="With --sightings: your name.")
@click.option("--json", "as_json", is_flag=True, help="Print everything that was found as JSON.")
def retro_hunt_command(  # noqa: PLR0913, PLR0917  # click passes each option by name
    stores: tuple[Path, ...],
    out: Path,
    files: tuple[Path, ...],
    warninglists: tuple[Path, ...],
    peers: Path | None,
    folder: Path | None,
    identity: str | None,
    name: str | None,
    as_json: bool,
    **said: Any,
) -> int:
    """Look in each STORE of past logs for what peers have told: accounts, addresses, clients, prompt templates.

    A lead is an account that shows something of the operator's own; a person looks into it. What strangers share too,
    such as an exit of a public cloud or VPN, is context, and so is every address without warning lists; and an
    account's id, unless peers.toml says that its producer shares accounts with you. Exits 1 where there is a lead.
    """
    campaigns = _from_files(files) if files else _received(out)
    known = peers_at(peers, warninglists)
    same = frozenset(one.id for one in known.producers.values() if one.shares_accounts)
    settings = settings_of(account_producers=same, **said)
    hunt: Hunt = retro_hunt(list(stores) or [out / "store"], campaigns, known.lists, settings)
    answers: tuple[Answer, ...] = ()
    if folder is not None:
        sighter = sighter_of(identity or "", name or "")
        answers = write_sightings(hunt, campaigns, sighter, folder, at=datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(hunt_plain(hunt, campaigns, answers), indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(hunt_lines(hunt, campaigns, answers)))
    return FOUND if any(one.weight is Weight.LEAD for one in hunt.suspects) else NOTHING_FOUND


def _from_files(files: tuple[Path, ...]) -> list[SharedCampaign]:
    found: list[SharedCampaign] = []
    for path, _, read in read_intel_files(files):
        found += read.campaigns
        for refused in read.refused[:10]:
            click.echo(f"{path}: refused {refused.id}: {refused.why}", err=True)
        if len(read.refused) > 10:
            click.echo(f"{path}: refused {len(read.refused) - 10} more", err=True)
    return found


def _received(out: Path) -> list[SharedCampaign]:
    state = out / "intel.db"
    if not state.exists():
        mend = "take something in with `stillwatch receive`, or name files with --for"
        raise InputError("nothing was received", where=str(state), mend=mend)
    connection = open_intel(state, must_exist=True)
    click.get_current_context().call_on_close(connection.close)
    return list(hunted_campaigns(connection, at=time.time()))
