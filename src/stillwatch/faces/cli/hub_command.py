"""`stillwatch hub`: where several members tell each other what they know."""

from __future__ import annotations

import asyncio
import getpass
import json
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.marking import Tlp
from stillwatch.faces.cli.audit_text import tell_audit
from stillwatch.faces.cli.exits import FOUND, INCOMPLETE, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.service.sharing.hub_members import HubRole

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from stillwatch.service.sharing.hub_desk import HubDesk, Waiting
    from stillwatch.service.sharing.hub_members import HubMembers, Member

hub_members = later("stillwatch.service.sharing.hub_members", "HubMembers")
hub_desk = later("stillwatch.service.sharing.hub_desk", "HubDesk")
open_objects = later("stillwatch.service.sharing.open_objects", "open_objects")
taxii_app = later("stillwatch.faces.taxii.app", "TaxiiApp")
hub_door = later("stillwatch.service.sharing.hub_door", "HubDoor")
hub_collections = later("stillwatch.service.sharing.hub_door", "hub_collections")
run_hub = later("stillwatch.faces.taxii.hub_server", "run_hub")
hub_settings = later("stillwatch.faces.taxii.hub_server", "HubSettings")
hub_client = later("stillwatch.service.sharing.hub_stream", "HubClient")
fast_ristretto = later("stillwatch.service.sharing.fast_ristretto", "fast_ristretto")
load_ristretto = later("stillwatch.intel.ristretto", "load_ristretto")
match_holder = later("stillwatch.service.sharing.match_holder", "MatchHolder", extra="intel")
matching_of = later("stillwatch.faces.taxii.matching", "Matching", extra="intel")
open_matching = later("stillwatch.service.sharing.match_epochs", "open_matching")

_FOLDER = click.option(
    "--hub",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("stillwatch-hub"),
    show_default=True,
    envvar="STILLWATCH_HUB",
    show_envvar=True,
    help="Folder of the hub's state.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_BY = click.option(
    "--by", default=getpass.getuser, show_default="you", help="Your name; it is kept in the audit trail."
)
_WHY = click.option("--why", required=True, help="The reason; it is kept in the audit trail.")
_ROLE = click.Choice([one.value for one in HubRole])
_TLP = click.Choice([one.value for one in Tlp])


@click.group(name="hub")
def hub_command() -> None:
    """Where several members tell each other what they know: who takes part, who may send what, who takes it back."""


@hub_command.command(name="serve", short_help="Serve members")
@_FOLDER
@click.option("--listen", default="127.0.0.1:8443", show_default=True, help="Address and port; port 0 = any.")
@click.option("--certificate", type=click.Path(exists=True, path_type=Path), help="TLS certificate, PEM.")
@click.option("--key", type=click.Path(exists=True, path_type=Path), help="Its key, PEM.")
@click.option("--store", default="", help="postgresql://…, in place of a SQLite file in the folder.")
@click.option("--matching", is_flag=True, help="Answer private matching too, with the keys in match.db in the folder.")
def _serve(  # noqa: PLR0913, PLR0917  # click passes each option by name
    folder: Path, listen: str, certificate: Path | None, key: Path | None, store: str, matching: bool
) -> int:
    """Take what members send, and push what is shared, by TAXII 2.1 (/taxii2/) and beside it, until told to stop."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit():
        raise click.UsageError("--listen is ADDRESS:PORT, such as 127.0.0.1:8443")
    members = _members(folder)
    settings = hub_settings(host=host.strip("[]"), port=int(port), certificate=certificate, key=key)
    other = _matching(folder, members) if matching else None

    async def run() -> None:
        objects = await _store(folder, store)
        await run_hub(
            settings,
            store=objects,
            members=members,
            other=taxii_app(
                hub_collections(), objects, hub_door(members), clock=time.time, new_id=lambda: str(uuid.uuid4())
            ),
            on_ready=lambda bound: click.echo(f"hub on {host}:{bound}, state in {folder}", err=True),
            matching=other,
        )

    asyncio.run(run())
    return NOTHING_FOUND


@hub_command.group(name="member")
def _member() -> None:
    """Members: take in, change, list."""


@_member.command(name="add", short_help="Take a member in")
@click.argument("name")
@click.argument("identity")
@click.option("--role", type=_ROLE, default=HubRole.CONTRIBUTOR.value, show_default=True, help="What it may do.")
@click.option("--ceiling", type=_TLP, default=Tlp.AMBER.value, show_default=True, help="What it is shown at most.")
@_BY
@_FOLDER
def _add(name: str, identity: str, role: str, ceiling: str, by: str, folder: Path) -> int:  # noqa: PLR0913, PLR0917
    """Take NAME in, which publishes as IDENTITY (identity--UUID); prints its token, this once."""
    click.echo(_members(folder).add(name, identity, HubRole(role), by=by, ceiling=Tlp(ceiling)))
    return NOTHING_FOUND


@_member.command(name="change", short_help="Change what a member may do")
@click.argument("name")
@click.option("--role", type=_ROLE, help="What it may do from now on.")
@click.option("--ceiling", type=_TLP, help="What it is shown at most.")
@_BY
@_FOLDER
def _change(name: str, role: str | None, ceiling: str | None, by: str, folder: Path) -> int:
    """Change what a member may do, or what it is shown."""
    members = _members(folder)
    members.change(name, by=by, role=HubRole(role) if role else None, ceiling=Tlp(ceiling) if ceiling else None)
    return NOTHING_FOUND


@_member.command(name="token", short_help="Give a member a new token")
@click.argument("name")
@_BY
@_FOLDER
def _token(name: str, by: str, folder: Path) -> int:
    """Print a new token for a member; the old one ends."""
    click.echo(_members(folder).new_token(name, by=by))
    return NOTHING_FOUND


@_member.command(name="list", short_help="List members and what each has taken in")
@_FOLDER
@_JSON
def _list(folder: Path, as_json: bool) -> int:
    """List members, and the last number that each has acknowledged."""
    members = _members(folder)
    seen = members.deliveries()
    found: tuple[Member, ...] = members.all()
    if as_json:
        plain = [{**one._asdict(), "acknowledged": seen.get(one.name, (0, 0.0))[0]} for one in found]
        click.echo(json.dumps({"members": plain}, indent=2))
    for one in () if as_json else found:
        ended = f"  put out: {one.why}" if one.ended_at is not None else ""
        seq, at = seen.get(one.name, (0, 0.0))
        took = f"  has taken in {seq}, {_moment(at)}" if seq else "  has acknowledged nothing"
        click.echo(f"{one.name}  {one.role}  up to TLP:{one.ceiling.upper()}  {one.identity}{ended or took}")
    return NOTHING_FOUND


@hub_command.group(name="moderate")
def _moderate() -> None:
    """What waits for a moderator: list it, share it, send it back."""


@_moderate.command(name="list", short_help="What waits")
@_FOLDER
@_JSON
def _waiting(folder: Path, as_json: bool) -> int:
    """List what waits. Exits 1 where something does."""
    found: list[Waiting] = _at_desk(folder, "", lambda desk: desk.waiting())
    if as_json:
        click.echo(json.dumps({"waiting": [one._asdict() for one in found]}, indent=2, ensure_ascii=False))
    for one in () if as_json else found:
        click.echo(f"{one.sender}  {one.id}  {one.name}  {_moment(one.added_us / 1e6)}")
    return FOUND if found else NOTHING_FOUND


@_moderate.command(name="share", short_help="Share what a member has sent")
@click.argument("member")
@click.argument("ids", nargs=-1)
@_BY
@_FOLDER
def _share(member: str, ids: tuple[str, ...], by: str, folder: Path) -> int:
    """Share what MEMBER has sent: all that waits, or these IDS."""
    click.echo(f"{_at_desk(folder, by, lambda desk: desk.share(member, ids))} objects shared")
    return NOTHING_FOUND


@_moderate.command(name="send-back", short_help="Remove what waits")
@click.argument("member")
@click.argument("ids", nargs=-1)
@_WHY
@_BY
@_FOLDER
def _send_back(member: str, ids: tuple[str, ...], why: str, by: str, folder: Path) -> int:
    """Remove what MEMBER has sent and what waits: all of it, or these IDS."""
    click.echo(f"{_at_desk(folder, by, lambda desk: desk.send_back(member, ids, why=why))} objects sent back")
    return NOTHING_FOUND


@hub_command.command(name="revoke", short_help="Put a member out, with all that it sent")
@click.argument("member")
@_WHY
@_BY
@_FOLDER
def _revoke(member: str, why: str, by: str, folder: Path) -> int:
    """Put MEMBER out: its token ends at once, and all that it ever sent is taken back at every reader."""
    members = _members(folder)
    if members.find(member).ended_at is None:
        members.end(member, why=why, by=by)
    count = _at_desk(folder, by, lambda desk: desk.take_back(member, why=why))
    click.echo(f"{count} objects taken back; `stillwatch hub member list` shows who has taken that in")
    return NOTHING_FOUND


@hub_command.command(name="audit", short_help="Who did what")
@_FOLDER
@_JSON
def _audit(folder: Path, as_json: bool) -> int:
    """Show who did what at the hub, one a line. Exits 1 where an entry was changed after it was written."""
    return tell_audit(_members(folder).connection, as_json=as_json)


@hub_command.command(name="send", short_help="Send a bundle to a hub")
@click.argument("url")
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--token-file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Yours."
)
@click.option("--authorities", type=click.Path(exists=True, path_type=Path), help="Certificates to trust.")
@_JSON
def _send(url: str, bundle: Path, token_file: Path, authorities: Path | None, as_json: bool) -> int:
    """Send BUNDLE, a file of STIX 2.1, to the hub at URL. Exits 3 where a part of it was refused."""
    client = hub_client(url, token_file.read_text("utf-8").strip(), authorities=authorities)
    sent = client.send(bundle.read_bytes())
    if as_json:
        click.echo(json.dumps(sent._asdict()))
    else:
        where = "shared" if sent.is_shared else "waiting for a moderator"
        click.echo(f"{sent.new} new objects are {where}")
        for name, why in sent.refused:
            click.echo(f"  refused {name}: {why}")
    return INCOMPLETE if sent.refused else NOTHING_FOUND


def _members(folder: Path) -> HubMembers:
    folder.mkdir(parents=True, exist_ok=True)
    members: HubMembers = hub_members(folder / "hub.db", clock=time.time)
    click.get_current_context().call_on_close(members.close)
    return members


def _matching(folder: Path, members: HubMembers) -> Any:
    """Answers for private matching; who may ask are the hub's members."""
    connection = open_matching(folder / "match.db")
    click.get_current_context().call_on_close(connection.close)

    def who(token: str) -> str | None:
        member = members.holder(token)
        return None if member is None else member.name

    return matching_of(match_holder(connection, fast_ristretto(load_ristretto()), clock=time.time), who=who)


async def _store(folder: Path, address: str = "") -> Any:
    return await open_objects(address or str(folder / "objects.db"), clock=time.time)


def _at_desk(folder: Path, by: str, act: Callable[[HubDesk], Coroutine[Any, Any, Any]]) -> Any:
    members = _members(folder)

    async def run() -> Any:
        store = await _store(folder)
        try:
            return await act(hub_desk(members, store, by=by))
        finally:
            await store.close()

    return asyncio.run(run())


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S}"
