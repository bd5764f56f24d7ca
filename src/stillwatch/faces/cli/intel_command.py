"""`stillwatch intel`: what peers have told, and what people here make of it."""

from __future__ import annotations

import getpass
import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from stillwatch.core.provenance import Review, Stance
from stillwatch.faces.cli.evidence_option import note_acts
from stillwatch.faces.cli.exits import FOUND, NOTHING_FOUND
from stillwatch.faces.cli.intel_options import OUT, PEERS, peers_at, publisher_at
from stillwatch.faces.cli.later import later

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from stillwatch.service.sharing.held import ReceivedCampaign

open_intel = later("stillwatch.service.sharing.intel_state", "open_intel")
received_campaigns = later("stillwatch.service.sharing.held", "received_campaigns")
received_indicators = later("stillwatch.service.sharing.held", "received_indicators")
intel_review = later("stillwatch.service.sharing.review", "IntelReview")
first_broken = later("stillwatch.service.audit_trail", "first_broken")
read_entries = later("stillwatch.service.audit_trail", "read_entries")

_JSON = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
_BY = click.option("--by", default=getpass.getuser, show_default="you", help="Your name; it is kept with the decision.")
_WHY = click.option("--why", required=True, help="The reason; it is kept with the decision.")


@click.group(name="intel")
def intel_command() -> None:
    """What peers have told, and what people here make of it."""


@intel_command.command(name="list", short_help="List received campaigns")
@OUT
@click.option("--only", type=click.Choice([one.value for one in Review]), help="Only those that stand there.")
@_JSON
def _list(out: Path, only: str | None, as_json: bool) -> int:
    """List the campaigns that peers have told of. Exits 1 where one waits for a person."""
    found: tuple[ReceivedCampaign, ...] = received_campaigns(_open(out))
    shown = [one for one in found if only is None or one.review == only]
    if as_json:
        click.echo(json.dumps({"campaigns": [_plain(one._asdict()) for one in shown]}, indent=2, ensure_ascii=False))
    for one in () if as_json else shown:
        disputed = "  DISPUTED" if one.is_disputed else ""
        machine = "  machine-made" if one.is_machine_made else ""
        click.echo(
            f"{one.id}  {one.review}{disputed}{machine}  {one.name!r} of {one.producer_name or one.producer_id}, by "
            f"{one.delivered_by} {one.received_at:%Y-%m-%d %H:%M}, TLP:{one.tlp.upper()}, confidence {one.confidence}, "
            f"{one.accepted} of {one.indicators} indicators in force"
        )
    return FOUND if any(one.quarantined or one.review is Review.QUARANTINED for one in found) else NOTHING_FOUND


@intel_command.command(name="show", short_help="Show a campaign and its indicators")
@click.argument("name", metavar="CAMPAIGN")
@OUT
def _show(name: str, out: Path) -> int:
    """Show all that is kept of CAMPAIGN, as JSON: what its producer says, its indicators, what readers make of it."""
    connection = _open(out)
    rows = connection.execute("SELECT document, review FROM campaign WHERE id = ?", (name,)).fetchall()
    indicators = [
        {**_plain(_fields(one.indicator)), "review": one.review}
        for one in received_indicators(connection, at=time.time())
        if one.indicator.campaign_id == name
    ]
    said = connection.execute("SELECT by_id, stance, explanation FROM opinion WHERE about = ?", (name,))
    opinions = [{"by": by, "stance": stance, "explanation": why} for by, stance, why in said]
    told = {
        "campaigns": [{**json.loads(document), "indicators": [], "review": review} for document, review in rows],
        "indicators": indicators,
        "opinions": opinions,
    }
    click.echo(json.dumps(told, indent=2, ensure_ascii=False))
    return NOTHING_FOUND if rows else FOUND


@intel_command.command(name="accept", short_help="Let it reach the guards")
@click.argument("name", metavar="ID")
@_WHY
@_BY
@OUT
@PEERS
def _accept(name: str, why: str, by: str, out: Path, peers: Path | None) -> int:
    """Let a campaign with its indicators, or one indicator, reach the guards."""
    return _decide(name, Review.ACCEPTED, why, by, out, peers)


@intel_command.command(name="reject", short_help="Keep it from the guards")
@click.argument("name", metavar="ID")
@_WHY
@_BY
@OUT
@PEERS
def _reject(name: str, why: str, by: str, out: Path, peers: Path | None) -> int:
    """Keep a campaign with its indicators, or one indicator, from the guards, whatever comes of it later."""
    return _decide(name, Review.REJECTED, why, by, out, peers)


@intel_command.command(name="say", short_help="Confirm or deny it")
@click.argument("name", metavar="ID")
@click.argument("stance", type=click.Choice([one.value for one in Stance]))
@_WHY
@_BY
@OUT
@PEERS
def _say(name: str, stance: str, why: str, by: str, out: Path, peers: Path | None) -> int:  # noqa: PLR0913, PLR0917
    """State what this deployment makes of a campaign or an indicator. What it confirms may deny at the guard."""
    connection, known = _open(out), peers_at(peers)
    intel_review(connection, known, by=by, clock=time.time).say(name, Stance(stance), why=why)
    _publish(connection, out, peers)
    return NOTHING_FOUND


@intel_command.command(name="put-out", short_help="End all that a producer has sent")
@click.argument("producer", metavar="IDENTITY")
@_WHY
@_BY
@OUT
@PEERS
def _put_out(producer: str, why: str, by: str, out: Path, peers: Path | None) -> int:
    """End all that a producer has sent, and refuse what it will send."""
    connection = _open(out)
    ended = intel_review(connection, peers_at(peers), by=by, clock=time.time).put_out(producer, why=why)
    click.echo(f"{ended} indicators ended")
    _publish(connection, out, peers)
    return NOTHING_FOUND


@intel_command.command(name="refused", short_help="What was refused, and why")
@OUT
def _refused(out: Path) -> int:
    """Show what was refused, and why, the newest last."""
    for name, why, by, at in _open(out).execute("SELECT id, why, delivered_by, refused_at FROM refused"):
        click.echo(f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}  {by}  {name}  {why}")
    return NOTHING_FOUND


@intel_command.command(name="audit", short_help="Who did what")
@OUT
def _audit(out: Path) -> int:
    """Show deliveries and decisions, one a line. Exits 1 where an entry was changed after it was written."""
    connection = _open(out)
    for entry in read_entries(connection):
        at = datetime.fromtimestamp(entry.happened_at, UTC)
        click.echo(f"{at:%Y-%m-%d %H:%M:%S}  {entry.what}  {entry.about}  {entry.who}  {json.dumps(entry.detail)}")
    broken = first_broken(connection)
    if broken is not None:
        click.echo(f"entry {broken} is missing or was changed after it was written", err=True)
    return NOTHING_FOUND if broken is None else FOUND


def _decide(name: str, review: Review, why: str, by: str, out: Path, peers: Path | None) -> int:  # noqa: PLR0913, PLR0917
    connection = _open(out)
    changed = intel_review(connection, peers_at(peers), by=by, clock=time.time).decide(name, review, why=why)
    click.echo(f"{changed} indicators {review}")
    _publish(connection, out, peers)
    return NOTHING_FOUND


def _publish(connection: sqlite3.Connection, out: Path, peers: Path | None) -> None:
    published = publisher_at(out, peers_at(peers)).publish(connection, at=datetime.now(UTC))
    click.echo(f"{published.rows} standings of what peers tell in {out / 'intel.bin'}")


def _open(out: Path) -> sqlite3.Connection:
    connection: sqlite3.Connection = open_intel(out / "intel.db", must_exist=True)
    note_acts(out / "intel.db")
    click.get_current_context().call_on_close(connection.close)
    return connection


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
        for name, value in fields.items()
    }
