"""`stillwatch log keys`: which keys counted when, told by the log itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.errors import InputError
from stillwatch.faces.cli.exits import NOTHING_FOUND
from stillwatch.faces.cli.keys_command import passphrase
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.log_options import EXTRA, JSON, KEY, KEYS, LOG, open_log
from stillwatch.faces.cli.options import Moment

if TYPE_CHECKING:
    from stillwatch.evidence.key_history import KeyHistory, KeySpan
    from stillwatch.service.evidence.told_key import ToldKey

_SERVICE = "stillwatch.service.evidence"
rotate_log_keys = later(f"{_SERVICE}.keep_keys", "rotate_log_keys", extra=EXTRA)
rotation_of = later(f"{_SERVICE}.keep_keys", "Rotation", extra=EXTRA)
tell_of_keys = later(f"{_SERVICE}.keep_keys", "tell_of_keys", extra=EXTRA)
history_of = later(f"{_SERVICE}.keep_keys", "history_of", extra=EXTRA)
write_history_file = later(f"{_SERVICE}.keep_keys", "write_history_file", extra=EXTRA)
read_told_key = later(f"{_SERVICE}.told_key", "read_told_key", extra=EXTRA)
given_policy_of = later(f"{_SERVICE}.log_settings", "given_policy_of", extra=EXTRA)
told_key = later(f"{_SERVICE}.told_key", "told_key", extra=EXTRA)
open_any_key = later("stillwatch.service.signing_keys", "open_any_key", extra=EXTRA)
statement_of = later("stillwatch.evidence.key_statement", "KeyStatement", extra=EXTRA)
role_of = later("stillwatch.evidence.key_statement", "KeyRole", extra=EXTRA)
event_of = later("stillwatch.evidence.key_statement", "KeyEvent", extra=EXTRA)
read_history = later("stillwatch.evidence.key_history", "read_history", extra=EXTRA)
check_history = later("stillwatch.evidence.check_key_history", "check_history", extra=EXTRA)
key_id_of = later("stillwatch.signing.dsse", "key_id_of", extra=EXTRA)

_BECAUSE = click.option("--because", default="", help="Why; it stands in the history.")
_ROLES = ("custody", "export", "witness", "time")


@click.group(name="keys", short_help="Which keys counted when, told by the log")
def keys_of_log() -> None:
    """Which keys counted when: of the log itself, and of whatever else signs here.

    What is said of a key is a leaf of the log, and stands with its proof in LOG/key-history.json, for readers.
    """


@keys_of_log.command(name="rotate", short_help="Hand the log over to new keys")
@LOG
@KEYS
@KEY
@click.option("--lost-since", type=Moment(), help="Since when the old keys may have been in wrong hands.")
@_BECAUSE
@JSON
def _rotate(  # noqa: PLR0913, PLR0917  # click passes each option by name
    folder: Path, keys: Path | None, key: str, lost_since: int | None, because: str, as_json: bool
) -> int:
    """Hand the log over to new keys. The old ones sign with them once more and lie in KEYS.ended-ID from then on.

    One that was cut off is brought to its end. Readers who have log.toml follow by LOG/key-history.json.
    """
    log = open_log(folder, keys)
    rotation = rotation_of(
        keys=keys or folder / "keys",
        at=datetime.now(UTC),
        passphrase=passphrase(),
        first=key,
        revoked_at=None if lost_since is None else _moment(lost_since),
        because=because,
    )
    found: KeyHistory = rotate_log_keys(log, rotation)
    if as_json:
        click.echo(json.dumps(_plain(found), indent=2, ensure_ascii=False))
    else:
        first = next(one for one in reversed(found.policy.log_keys) if one.kind.name == "ED25519")
        click.echo(f"{folder}: from leaf {log.size} on the log is signed with key {key_id_of(first.public)}")
        click.echo(f"give its readers {folder / 'key-history.json'}")
    return NOTHING_FOUND


@keys_of_log.command(name="begin", short_help="Tell that a key counts from now on")
@LOG
@KEYS
@click.option("--role", type=click.Choice(_ROLES), required=True, help="What it is for.")
@click.option("--name", required=True, help="Whose signatures it makes.")
@click.option(
    "--public", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Public key or certificate, PEM."
)
@click.option(
    "--key", default="", help="Or the private key itself, where it lies: FILE, pkcs11:... or agent:SHA256:..."
)
@_BECAUSE
def _begin(  # noqa: PLR0913, PLR0917  # click passes each option by name
    folder: Path, keys: Path | None, role: str, name: str, public: Path | None, key: str, because: str
) -> int:
    """Tell the log that a key counts from now on."""
    if (public is None) == (not key):
        raise click.UsageError("name either --public or --key")
    told: ToldKey
    if public is not None:
        told = read_told_key(public)
    else:
        told = told_key(open_any_key(key, passphrase=passphrase()).public_key())
    of = {"role": role_of(role), "name": name, **told._asdict()}
    _tell(folder, keys, {**of, "event": event_of("begin"), "because": because})
    return NOTHING_FOUND


@keys_of_log.command(name="end", short_help="Tell that a key counted until now")
@click.argument("key_id")
@LOG
@KEYS
@_BECAUSE
def _end(key_id: str, folder: Path, keys: Path | None, because: str) -> int:
    """Tell the log that KEY_ID counted until now; what it signed before is as good as it was."""
    _tell(folder, keys, {**_known(key_id, folder, keys), "event": event_of("end"), "because": because})
    return NOTHING_FOUND


@keys_of_log.command(name="revoke", short_help="Tell that a key was lost")
@click.argument("key_id")
@LOG
@KEYS
@click.option("--since", type=Moment(), help="Since when it may have been in wrong hands; now if not given.")
@click.option("--because", required=True, help="Why; it stands in the history.")
def _revoke(key_id: str, folder: Path, keys: Path | None, since: int | None, because: str) -> int:
    """Tell the log that KEY_ID may have been in wrong hands: from then on counts only what the log shows to be older.

    Of the log's own keys one that is in force is revoked by `stillwatch log keys rotate --lost-since`.
    """
    said = {**_known(key_id, folder, keys), "event": event_of("revoke"), "because": because}
    _tell(folder, keys, said if since is None else {**said, "at": _moment(since)})
    return NOTHING_FOUND


@keys_of_log.command(name="history", short_help="Show which keys counted when")
@LOG
@KEYS
@JSON
def _history(folder: Path, keys: Path | None, as_json: bool) -> int:
    """Show which keys counted when, and bring LOG/key-history.json up to the log."""
    _show(write_history_file(open_log(folder, keys)), as_json=as_json)
    return NOTHING_FOUND


@keys_of_log.command(name="check", short_help="Check a history as a reader")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--log-toml",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="What the log's keeper gave you: its name and its keys.",
)
@JSON
def _check(file: Path, log_toml: Path, as_json: bool) -> int:
    """Check the history in FILE from the keys in log.toml, and show it. Exits 2 where it does not hold.

    Put it beside log.toml as key-history.json, and what checks proofs follows it.
    """
    entries = read_history(file.read_bytes(), str(file))
    _show(check_history(entries, given_policy_of(log_toml), str(file)), as_json=as_json)
    return NOTHING_FOUND


def _tell(folder: Path, keys: Path | None, what: dict[str, Any]) -> None:
    """Note a statement; it is of now where it does not say when."""
    now = datetime.now(UTC)
    said = statement_of(**{"at": now, **what})
    log = open_log(folder, keys)
    tell_of_keys(log, [said], at=now)
    click.echo(f"leaf {log.size - 1}  key {said.key_id} of {said.name} ({said.role}): {said.event}")


def _known(key_id: str, folder: Path, keys: Path | None) -> dict[str, Any]:
    """What a statement says of a key that the log knows."""
    spans: tuple[KeySpan, ...] = history_of(open_log(folder, keys)).spans
    by_id = {key_id_of(one.public): one for one in spans}
    if key_id not in by_id:
        mend = f"known are: {', '.join(by_id) or 'none'}"
        raise InputError(f"the log was never told of a key {key_id}", where=str(folder), mend=mend)
    one = by_id[key_id]
    return {"role": one.role, "name": one.name, "algorithm": one.algorithm, "public": one.public}


def _show(found: KeyHistory, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_plain(found), indent=2, ensure_ascii=False))
        return
    if not found.spans:
        click.echo(f"{found.policy.origin}: nothing was said of keys; those of log.toml count")
    for one in found.spans:
        begin = f"from {_text(one.begin_at)}" if one.begin_at else "from the log's begin"
        end = f" until {_text(one.end_at)}" if one.end_at else ""
        lost = f"  revoked, lost since {_text(one.revoked_at)}" if one.revoked_at else ""
        why = f": {one.because}" if one.because else ""
        click.echo(f"{key_id_of(one.public)}  {one.role:<8} {one.algorithm:<9}  {one.name}  {begin}{end}{lost}{why}")


def _plain(found: KeyHistory) -> dict[str, Any]:
    return {
        "origin": found.policy.origin,
        "log_keys": [str(one) for one in found.policy.log_keys],
        "keys": [
            {
                "id": key_id_of(one.public),
                "role": one.role.value,
                "name": one.name,
                "algorithm": one.algorithm,
                "public": one.public.hex(),
                "begin_at": _text(one.begin_at),
                "begin_leaf": one.begin_leaf,
                "end_at": _text(one.end_at),
                "end_leaf": one.end_leaf,
                "revoked_at": _text(one.revoked_at),
                "revoked_leaf": one.revoked_leaf,
                "because": one.because,
            }
            for one in found.spans
        ],
    }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _moment(at_ns: int) -> datetime:
    return datetime.fromtimestamp(at_ns / 1e9, UTC)
