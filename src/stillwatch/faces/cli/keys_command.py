"""`stillwatch keys`: the key that one signs with, and the keys of others that count."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.errors import InputError
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    from stillwatch.intel.member_keys import MemberKey
    from stillwatch.service.sharing.follow_keys import FollowedKeys

make_signing_key = later("stillwatch.service.signing_keys", "make_signing_key", extra="intel")
open_signing_key = later("stillwatch.service.signing_keys", "open_signing_key", extra="intel")
public_bytes = later("stillwatch.signing.dsse", "public_bytes", extra="intel")
member_key = later("stillwatch.intel.member_keys", "MemberKey", extra="intel")
write_member_keys = later("stillwatch.intel.member_keys", "write_member_keys", extra="intel")
load_member_keys = later("stillwatch.service.sharing.trusted_keys", "load_member_keys", extra="intel")
add_trusted = later("stillwatch.service.sharing.trusted_keys", "trust", extra="intel")
follow_keys = later("stillwatch.service.sharing.follow_keys", "follow_keys", extra="evidence")
read_history = later("stillwatch.evidence.key_history", "read_history", extra="evidence")
check_history = later("stillwatch.evidence.check_key_history", "check_history", extra="evidence")
given_policy_of = later("stillwatch.service.evidence.log_settings", "given_policy_of", extra="evidence")
revoke_trusted = later("stillwatch.service.sharing.trusted_keys", "revoke", extra="intel")

_FILE = click.Path(dir_okay=False, path_type=Path)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_PASSPHRASE = "STILLWATCH_PASSPHRASE"  # noqa: S105  # the variable's name


@click.group(name="keys")
def keys_command() -> None:
    """The key that one signs with, and the keys of others that count.

    A key file under a passphrase is unlocked by what STILLWATCH_PASSPHRASE holds, and so is a token by its PIN.
    """


@keys_command.command(name="new", short_help="Make a key to sign with")
@click.argument("file", type=_FILE)
def _new(file: Path) -> int:
    """Make a key and write it to FILE, readable for its owner alone; under the passphrase in STILLWATCH_PASSPHRASE."""
    make_signing_key(file, passphrase=passphrase())
    locked = "under a passphrase" if passphrase() else "not under a passphrase"
    click.echo(f"{file}: a new key, {locked}; `stillwatch keys show` prints what others must have")
    return NOTHING_FOUND


@keys_command.command(name="show", short_help="Print the public half, for others to trust")
@click.argument("key")
@click.option("--member", required=True, help="STIX id of your identity, identity--UUID.")
@click.option("--name", required=True, help="What others call you.")
@_JSON
def _show(key: str, member: str, name: str, as_json: bool) -> int:
    """Print the public half of KEY as an entry that others add with `stillwatch keys trust`.

    KEY is a file, pkcs11:... (RFC 7512) or agent:SHA256:... (as `ssh-add -l` shows it).
    """
    public = public_bytes(open_signing_key(key, passphrase=passphrase()))
    now = datetime.now(UTC).replace(microsecond=0)
    entry: MemberKey = member_key(member=member, name=name, public=public, valid_from=now)
    click.echo(json.dumps(_plain(entry), indent=2) if as_json else write_member_keys((entry,)), nl=as_json)
    return NOTHING_FOUND


@keys_command.command(name="trust", short_help="Let a key of another member count")
@click.argument("keys", type=_FILE)
@click.argument("entry", type=_FILE)
@click.option(
    "--expect", required=True, help="Id of the key, as its member told you by another way than the file came."
)
def _trust(keys: Path, entry: Path, expect: str) -> int:
    """Add the key in ENTRY, which its member has sent, to KEYS, the file of those that count here."""
    found: tuple[MemberKey, ...] = load_member_keys(entry)
    if [one.id for one in found] != [expect]:
        mend = "ask the member, by telephone or face to face, which is his"
        raise InputError(f"the entry holds {', '.join(one.id for one in found)}", where=str(entry), mend=mend)
    add_trusted(keys, found)
    click.echo(f"{keys}: key {expect} of {found[0].name} counts from {found[0].valid_from:%Y-%m-%d}")
    return NOTHING_FOUND


@keys_command.command(name="follow", short_help="Follow a member by what its log tells of its keys")
@click.argument("keys", type=_FILE)
@click.argument("history", type=_FILE)
@click.option("--log-toml", type=_FILE, required=True, help="What the member gave you: its log's name and first keys.")
@click.option("--member", required=True, help="STIX id of the member's identity.")
@click.option("--name", required=True, help="What it is called here.")
@_JSON
def _follow(keys: Path, history: Path, log_toml: Path, member: str, name: str, as_json: bool) -> int:  # noqa: PLR0913, PLR0917  # click passes each option by name
    """Bring KEYS up to HISTORY, the key-history.json of a member's log: new export keys count, ended ones no longer.

    The history is checked from the keys in log.toml, which were compared with the member by another way once.
    """
    checked = check_history(read_history(history.read_bytes(), str(history)), given_policy_of(log_toml), str(history))
    found: FollowedKeys = follow_keys(keys, checked.spans, member=member, name=name)
    if as_json:
        click.echo(json.dumps(found._asdict(), indent=2))
        return NOTHING_FOUND
    for told, ids in found._asdict().items():
        for key_id in ids:
            click.echo(f"{keys}: key {key_id} of {name} {told}")
    if not any(found):
        click.echo(f"{keys}: nothing new of {name}")
    return NOTHING_FOUND


@keys_command.command(name="revoke", short_help="Let a key count no longer")
@click.argument("keys", type=_FILE)
@click.argument("key_id")
@click.option("--because", required=True, help="Why; it is kept with the key.")
def _revoke(keys: Path, key_id: str, because: str) -> int:
    """Let KEY_ID in KEYS count for nothing that arrives from now on, whatever date it bears."""
    found: MemberKey = revoke_trusted(keys, key_id, at=datetime.now(UTC), because=because)
    click.echo(f"{keys}: key {found.id} of {found.name} is revoked since {found.revoked_at:%Y-%m-%d %H:%M}Z")
    return NOTHING_FOUND


@keys_command.command(name="list", short_help="List the keys that count")
@click.argument("keys", type=_FILE)
@_JSON
def _list(keys: Path, as_json: bool) -> int:
    """List the keys in KEYS."""
    found: tuple[MemberKey, ...] = load_member_keys(keys)
    if as_json:
        click.echo(json.dumps({"keys": [_plain(one) for one in found]}, indent=2, ensure_ascii=False))
    for one in () if as_json else found:
        until = f" until {one.valid_until:%Y-%m-%d}" if one.valid_until else ""
        revoked = f"  revoked {one.revoked_at:%Y-%m-%d}: {one.revoked_because}" if one.revoked_at else ""
        click.echo(f"{one.id}  {one.name}  {one.member}  from {one.valid_from:%Y-%m-%d}{until}{revoked}")
    return NOTHING_FOUND


def passphrase() -> bytes | None:
    """What unlocks a key file, from the environment: on a command line others could read it."""
    return os.environ.get(_PASSPHRASE, "").encode() or None


def _plain(key: MemberKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "member": key.member,
        "name": key.name,
        "algorithm": key.algorithm,
        "public": key.public.hex(),
        "valid_from": _text(key.valid_from),
        "valid_until": _text(key.valid_until),
        "revoked_at": _text(key.revoked_at),
        "revoked_because": key.revoked_because,
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
