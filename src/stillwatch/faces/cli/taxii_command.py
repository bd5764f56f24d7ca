"""`stillwatch taxii`: serve shared objects by TAXII 2.1, and read other servers."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import click

from stillwatch.core.errors import InputError, PeerError, SettingsError
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Span

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import timedelta

    from stillwatch.service.sharing.taxii_client import FoundCollection, TaxiiClient
    from stillwatch.service.sharing.taxii_settings import TaxiiSettings

read_taxii_settings = later("stillwatch.service.sharing.read_taxii_settings", "read_taxii_settings")
open_objects = later("stillwatch.service.sharing.open_objects", "open_objects")
members_door = later("stillwatch.service.sharing.keep_door", "MembersDoor")
taxii_way = later("stillwatch.service.sharing.taxii_way", "TaxiiWay")
shown_of = later("stillwatch.service.sharing.taxii_way", "Shown")
taxii_client = later("stillwatch.service.sharing.taxii_client", "TaxiiClient")
poll_collection = later("stillwatch.service.sharing.poll_collection", "poll_collection")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_USER = click.option("--user", default="", help="For basic authentication; without it the secret is a bearer token.")
_SECRET = click.option("--secret-file", type=_FILE, help="File with the secret that the server's operator gave you.")
_CERTIFICATE = click.option("--certificate", type=_FILE, help="PEM to show the server (mutual TLS).")
_KEY = click.option("--key", type=_FILE, help="Its key, where that is another file.")
_AUTHORITY = click.option("--authority", type=_FILE, help="PEM of who vouches for the server.")


def _peer(function: Callable[..., int]) -> Callable[..., int]:
    """The options of whoever asks a server."""
    for option in (_JSON, _AUTHORITY, _KEY, _CERTIFICATE, _SECRET, _USER):
        function = option(function)
    return function


@click.group(name="taxii")
def taxii_command() -> None:
    """Serve shared objects by TAXII 2.1, and read other servers."""


@taxii_command.command(name="init", short_help="Write settings for a server")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--member", default="lab-a", show_default=True, help="Name of the first member.")
@click.option("--identity", default="", help="STIX id of its identity; without it, it may relay what others made.")
def _init(folder: Path, member: str, identity: str) -> int:
    """Write FOLDER/taxii.toml with one collection and one member, and the member's secret beside it."""
    file, secret_file = folder / "taxii.toml", folder / f"{member}.secret"
    for path in (file, secret_file):
        if path.exists():
            raise SettingsError("it is there already", where=str(path), mend="name another folder")
    secret = secrets.token_urlsafe(32)
    text = _settings_text(str(uuid4()), member, identity, hashlib.sha256(secret.encode()).hexdigest())
    read_taxii_settings(text, file)
    folder.mkdir(parents=True, exist_ok=True)
    secret_file.touch(0o600)
    secret_file.write_text(secret + "\n", "utf-8")
    file.write_text(text, "utf-8")
    click.echo(f"wrote {file}, and the secret of {member} to {secret_file}")
    click.echo(f"next: stillwatch taxii serve --settings {file}")
    return NOTHING_FOUND


@taxii_command.command(name="secret", short_help="Make a secret for a member")
@_JSON
def _secret(as_json: bool) -> int:
    """Make a secret: one line for the member, and one for the settings."""
    secret = secrets.token_urlsafe(32)
    digest = hashlib.sha256(secret.encode()).hexdigest()
    if as_json:
        click.echo(json.dumps({"secret": secret, "sha256": digest}))
    else:
        click.echo(f"secret  {secret}\nsha256  {digest}")
    return NOTHING_FOUND


@taxii_command.command(name="serve", short_help="Serve collections")
@click.option("--settings", "path", type=_FILE, required=True, help="Settings (TOML).")
@click.option("--check", "is_check", is_flag=True, help="Read the settings, say what would be served, and stop.")
def _serve(path: Path, is_check: bool) -> int:
    """Serve the collections of the settings by TAXII 2.1 until SIGTERM."""
    settings: TaxiiSettings = read_taxii_settings(path.read_text("utf-8"), path.resolve())
    if is_check:
        click.echo(f"listen  {settings.listen.address}, TLS {'on' if settings.listen.certificate else 'off'}")
        for collection in settings.collections:
            click.echo(f"serve   {collection.id}  {collection.title}")
        for member in settings.members:
            click.echo(f"member  {member.name}  reads {len(member.reads)}, writes {len(member.writes)}")
        return NOTHING_FOUND
    try:
        from stillwatch.faces.taxii.app import TaxiiApp  # noqa: PLC0415  # a server's part
        from stillwatch.faces.taxii.taxii_process import taxii_process  # noqa: PLC0415  # needs an extra
    except ModuleNotFoundError as error:
        mend = "pip install 'stillwatch[hub]'"
        raise SettingsError(f"the server's libraries are not installed: {error.name}", mend=mend) from error

    async def run() -> None:
        store = await open_objects(settings.store, clock=time.time)
        try:
            app = TaxiiApp(
                settings,
                store,
                members_door(settings),
                clock=time.time,
                new_id=lambda: str(uuid4()),
                on_fault=_say,
            )
            await taxii_process(app, settings.listen, settings.limits, _say)
        finally:
            await store.close()

    asyncio.run(run())
    return NOTHING_FOUND


@taxii_command.command(name="list", short_help="List the collections of a server")
@click.argument("url")
@_peer
def _list(url: str, as_json: bool, **shown: Any) -> int:
    """List the collections at URL: the address of a server's discovery, of an API root, or of one collection."""
    found = _client(url, **shown).collections(url)
    if as_json:
        click.echo(json.dumps({"collections": [one._asdict() for one in found]}, indent=2))
    for one in () if as_json else found:
        rights = "".join(mark for mark, may in (("r", one.can_read), ("w", one.can_write)) if may) or "-"
        click.echo(f"{one.id}  {rights:<2}  {one.title}  {one.url}")
    return NOTHING_FOUND


@taxii_command.command(name="poll", short_help="Read what is new in a collection")
@click.argument("url")
@click.option("--collection", default="", help="Its id or title, where URL is that of a server or of an API root.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of the pages.")
@click.option("--type", "types", multiple=True, help="Only objects of this type of STIX; may be given several times.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="Objects of a page.")
@click.option("--follow", type=Span(), help="Go on, and ask again after this time.")
@_peer
def _poll(  # noqa: PLR0913, PLR0917  # click passes each option by name
    url: str,
    collection: str,
    out: Path,
    types: tuple[str, ...],
    limit: int,
    follow: timedelta | None,
    as_json: bool,
    **shown: Any,
) -> int:
    """Read what is new in a collection at URL into files, and remember how far. Exits 1 where there was anything.

    Started again it goes on where it ended. Each page is a bundle of STIX, which `stillwatch receive` takes.
    """
    client = _client(url, **shown)
    found = _chosen(client.collections(url), collection, url)
    out.mkdir(parents=True, exist_ok=True)
    objects = 0
    while True:
        try:
            for page in poll_collection(client, found.url, out, limit=limit, types=types):
                objects += page.objects
                if page.file is not None:
                    shown_page = {"objects": page.objects, "file": str(page.file)}
                    click.echo(json.dumps(shown_page) if as_json else f"{page.objects} objects  {page.file}")
        except PeerError as error:
            if follow is None:
                raise
            _say(str(error))
        if follow is None:
            return FOUND if objects else NOTHING_FOUND
        time.sleep(follow.total_seconds())


def _client(url: str, *, secret_file: Path | None, **shown: Any) -> TaxiiClient:
    secret = secret_file.read_text("utf-8").strip() if secret_file else ""
    way = taxii_way(url, shown_of(secret=secret, **shown))
    click.get_current_context().call_on_close(way.close)
    client: TaxiiClient = taxii_client(way)
    return client


def _chosen(found: list[FoundCollection], name: str, url: str) -> FoundCollection:
    readable = [one for one in found if one.can_read]
    named = [one for one in readable if name in (one.id, one.title)] if name else readable
    if len(named) == 1:
        return named[0]
    mend = "name one with --collection: " + (", ".join(one.id for one in readable) or "there is none to read")
    raise InputError("which collection?" if name == "" else f"there is no collection {name!r}", where=url, mend=mend)


def _settings_text(collection: str, member: str, identity: str, digest: str) -> str:
    quoted = json.dumps
    return f"""store = "objects.db"  # or postgresql://user@host/database
title = "stillwatch"

[listen]
address = "127.0.0.1:6100"
# certificate = "server.pem"
# key = "server.key"
# client_authority = "members.pem"

[[collection]]
id = {quoted(collection)}
title = "Campaigns"

[[member]]
name = {quoted(member)}
identity = {quoted(identity)}
secrets_sha256 = [{quoted(digest)}]
reads = ["*"]
writes = ["*"]
"""


def _say(sentence: str) -> None:
    click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {sentence}", err=True)
