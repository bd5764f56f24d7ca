"""What `stillwatch log` does about what is noted by itself: note it, look through it, erase what stands behind it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.leaf import LeafKind
from stillwatch.faces.cli.evidence_option import BY, REASON, open_book, opened_book
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.later import later
from stillwatch.faces.cli.options import Moment, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.service.evidence.audit_notes import Audited

_EXTRA = "evidence"
follow_states = later("stillwatch.service.evidence.follow_states", "follow_states", extra=_EXTRA)
note_state = later("stillwatch.service.evidence.follow_states", "note_state", extra=_EXTRA)
audit_notes = later("stillwatch.service.evidence.audit_notes", "audit_notes", extra=_EXTRA)
acted = later("stillwatch.service.evidence.acted", "acted", extra=_EXTRA)
erase_statements = later("stillwatch.service.evidence.erase", "erase_statements", extra=_EXTRA)
destroy_secrets = later("stillwatch.service.evidence.erase", "destroy_secrets", extra=_EXTRA)
digest_of_file = later("stillwatch.evidence.leaf_entry", "digest_of_file", extra=_EXTRA)
prove_denial = later("stillwatch.service.evidence.note_denials", "prove_denial", extra=_EXTRA)
write_record_proof = later("stillwatch.evidence.record_proof", "write_record_proof", extra=_EXTRA)

_NICE = 10
"""Beside a guard: its requests come first."""
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_STATE = click.Path(dir_okay=False, path_type=Path)


@click.command(name="watch", short_help="Note what guards deny and people do")
@click.argument("states", nargs=-1, required=True, type=_STATE, metavar="STATE...")
@click.option("--every", type=Span(), default="60s", show_default=True, help="From round to round.")
@click.option("--once", is_flag=True, help="One round.")
@click.option("--while-piped", is_flag=True, help="End when whoever started it does: when standard input closes.")
def _watch(states: tuple[Path, ...], every: timedelta, once: bool, while_piped: bool, **log: Any) -> int:
    """Note what is added to STATEs: guard.db, intel.db, screening.db, a hub's. Runs until it is told to end.

    Of a guard its denials, in batches, any of which can be shown alone, and its policies, covert rules and appeals; of
    the others what people decided, what was received, and what expired. Nothing that they do waits for it; where the
    log cannot be written it says so, and notes what is left in the next round.
    """
    if once:
        book = open_book(**log)
        for state in states:
            found = note_state(state, book)
            click.echo(f"{state}: {found.entries:,} entries and {found.denials:,} denials were noted")
        return NOTHING_FOUND
    over = _ended(while_piped=while_piped)
    follow_states(partial(opened_book, **log), states, is_over=over.wait, say=_say, every_s=every.total_seconds())
    return NOTHING_FOUND


@click.command(name="settle", short_help="Note what waits")
def _settle(**log: Any) -> int:
    """Note what waits since the log could not be written."""
    click.echo(f"{open_book(**log).settle():,} statements waited")
    return NOTHING_FOUND


@click.command(name="audit", short_help="Show who saw and did what")
@click.option("--kind", "kinds", multiple=True, type=click.Choice([one.value for one in LeafKind]), help="Only these.")
@click.option("--who", default="", help="Only what names this, in any letters.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, a line each.")
def _audit(kinds: tuple[str, ...], who: str, as_json: bool, **log: Any) -> int:
    """Show what was noted, in full, the oldest first: who saw which samples and why, who decided what.

    Each statement is held against its leaf in the log. Exits 1 where one does not hold or waits.
    """
    wanted = tuple(LeafKind(one) for one in kinds) or tuple(LeafKind)
    troubles = 0
    for one in audit_notes(open_book(**log), wanted):
        troubles += bool(one.trouble)
        if who and who.casefold() not in json.dumps(one.entry.body or {}, ensure_ascii=False).casefold():
            continue
        click.echo(json.dumps(_plain(one), ensure_ascii=False) if as_json else _told(one))
    if troubles:
        click.echo(f"{troubles:,} do not hold", err=True)
    return FOUND if troubles else NOTHING_FOUND


@click.command(name="erase", short_help="Erase what stands behind digests")
@click.argument("leaves", nargs=-1, type=click.IntRange(min=0), metavar="[LEAF]...")
@click.option("--before", type=Moment(), help="All that was noted before this time (UTC).")
@BY
@REASON
def _erase(leaves: tuple[int, ...], before: int | None, by: str, reason: str, **log: Any) -> int:
    """Erase the statements behind LEAFs, or all from before a time. Their digests stay, and the log can be checked.

    The erasure is noted, and is itself never erased.
    """
    if before is None and not leaves:
        raise click.UsageError("name leaves, or --before TIME")
    moment = None if before is None else datetime.fromtimestamp(before / 10**9, UTC)
    who = acted(name=by, reason=reason)
    erased = erase_statements(open_book(**log), who, before=moment, leaves=leaves)
    click.echo(f"erased {erased:,} statements")
    return NOTHING_FOUND


@click.command(name="destroy-secrets", short_help="Let no record of a sealed file be shown any more")
@click.argument("file", metavar="FILE|SHA256")
@BY
@REASON
def _destroy(file: str, by: str, reason: str, **log: Any) -> int:
    """Destroy what makes the salts of a sealed FILE: no record of it can be shown any more, by anybody.

    The seal stays in the log and can be checked; the file itself is not touched. It cannot be undone.
    """
    sha256 = digest_of_file(Path(file)) if Path(file).is_file() else file
    destroyed = destroy_secrets(open_book(**log), sha256, acted(name=by, reason=reason))
    click.echo(f"destroyed the secrets of {destroyed:,} blocks")
    return NOTHING_FOUND


@click.command(name="show-denial", short_help="Show one denial of a guard")
@click.argument("denial")
@click.option("--state", type=_FILE, required=True, help="The state that the guard keeps (guard.db).")
@click.option("--out", type=_STATE, required=True, help="Where to write the proof.")
def _show_denial(denial: str, state: Path, out: Path, **log: Any) -> int:
    """Write DENIAL, the id that a customer was given, with the proof that it was noted; it tells of no other.

    Whoever has log.toml checks it with: stillwatch log check-record.
    """
    with closing(sqlite3.connect(f"{state.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        out.write_bytes(write_record_proof(prove_denial(connection, denial, open_book(**log))))
    click.echo(f"{out}: denial {denial}")
    return NOTHING_FOUND


def add_noted(group: click.Group, *options: Callable[[Any], Any]) -> None:
    """Add these commands to a group, each with the options that name a log."""
    for command in (_watch, _settle, _audit, _erase, _destroy, _show_denial):
        for option in options:
            option(command)
        group.add_command(command)


def _ended(*, while_piped: bool) -> threading.Event:
    """Set when this process is to end."""
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN if while_piped else lambda *_: over.set())

    def read() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        over.set()

    if while_piped:
        os.nice(_NICE)
        threading.Thread(target=read, daemon=True).start()
    return over


def _say(sentence: str) -> None:
    click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {sentence}", err=True)


def _plain(one: Audited) -> dict[str, Any]:
    entry = one.entry
    moment = entry.noted_at.isoformat().replace("+00:00", "Z")
    said = {"leaf": entry.leaf, "kind": entry.kind.value, "noted_at": moment, "about": entry.about}
    return {**said, "sha256": entry.sha256, "statement": entry.body, "trouble": one.trouble}


def _told(one: Audited) -> str:
    entry, body = one.entry, one.entry.body or {}
    who = body.get("who", "")
    if isinstance(who, dict):
        who = " ".join(filter(None, (who.get("name"), who.get("os_user") and f"[{who['os_user']}]")))
        reason = body["who"].get("reason", "")
    else:
        reason = ""
    number = "waits" if entry.leaf is None else str(entry.leaf)
    what = body.get("what") or body.get("verdict") or body.get("schema", "erased").rpartition(".")[2].partition("/")[0]
    shown = [f"{number:>8}", f"{entry.noted_at:%Y-%m-%d %H:%M:%S}", f"{entry.kind:<9}", str(what)]
    shown += [str(part) for part in (who, entry.about or body.get("about"), reason and f"({reason})") if part]
    return "  ".join(shown) + (f"  DOES NOT HOLD: {one.trouble}" if one.trouble else "")
