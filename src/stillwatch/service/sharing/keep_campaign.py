"""Write a received campaign and its indicators into the state, as far as they are newer and as sure as what is there.

placed = keep_campaign(connection, campaign, delivery, assurance, review)
kept = keep_indicators(connection, placed, campaign.indicators, delivery)
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from stillwatch.core.provenance import Review

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from stillwatch.core.indicator import Indicator
    from stillwatch.core.shared_campaign import SharedCampaign
    from stillwatch.service.sharing.delivery import Assurance, Delivery

_ADD_CAMPAIGN: Final = (
    "INSERT INTO campaign (producer, id, version_at, name, producer_name, confidence, valid_until, tlp, pap, "
    "is_machine_made, document, delivered_by, received_at, signed, sha256, assurance, review) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHANGE_CAMPAIGN: Final = (
    "UPDATE campaign SET producer = ?, id = ?, version_at = ?, name = ?, producer_name = ?, confidence = ?, "
    "valid_until = ?, tlp = ?, pap = ?, is_machine_made = ?, document = ?, delivered_by = ?, received_at = ?, "
    "signed = ?, sha256 = ?, assurance = ?, review = ? WHERE campaign = ?"
)
_THERE: Final = (
    "SELECT id, kind, value, form, key_id, template_kind, confidence, certainty, valid_from, valid_until, review "
    "FROM indicator WHERE campaign = ?"
)
_ADD: Final = (
    "INSERT INTO indicator (campaign, id, kind, value, form, key_id, template_kind, confidence, certainty, "
    "valid_from, valid_until, received_at, review) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_CHANGE: Final = (
    "UPDATE indicator SET kind = ?, value = ?, form = ?, key_id = ?, template_kind = ?, confidence = ?, "
    "certainty = ?, valid_from = ?, valid_until = ?, review = ? WHERE campaign = ? AND id = ?"
)
_SAID: Final = 5
"""The first so many values of an indicator say what it matches."""


class Placed(NamedTuple):
    """Where a campaign lies, and what may become of its indicators."""

    campaign: int = 0
    review: Review = Review.QUARANTINED
    """What new indicators of it are."""
    is_new: bool = False
    is_changed: bool = False
    why_not: str = ""


class Kept(NamedTuple):
    is_new: bool = False
    is_changed: bool = False
    new: int = 0
    changed: int = 0
    duplicates: int = 0
    accepted: int = 0
    quarantined: int = 0


def keep_campaign(
    connection: sqlite3.Connection,
    campaign: SharedCampaign,
    delivery: Delivery,
    assurance: Assurance,
    review: Review,
) -> Placed:
    """Write the campaign where it is new, later, or surer than before; `review`: what it is, unless a person said."""
    found = connection.execute(
        "SELECT campaign, version_at, assurance, review FROM campaign WHERE producer = ? AND id = ?",
        (campaign.producer_id, campaign.id),
    ).fetchone()
    row = _row(campaign, delivery, assurance)
    if found is None:
        added = connection.execute(_ADD_CAMPAIGN, (*row, review))
        return Placed(added.lastrowid or 0, review, is_new=True)
    number, version_at, before, stands = found
    if assurance < before:
        return Placed(why_not="what is kept of it came with better assurance of who made it")
    if assurance > before:
        connection.execute("DELETE FROM indicator WHERE campaign = ?", (number,))
        connection.execute(_CHANGE_CAMPAIGN, (*row, review, number))
        return Placed(number, review, is_changed=True)
    review = Review.REJECTED if stands == Review.REJECTED else review
    if campaign.version_at.timestamp() > version_at:
        connection.execute(_CHANGE_CAMPAIGN, (*row, stands, number))
        return Placed(number, review, is_changed=True)
    if campaign.version_at.timestamp() < version_at:
        return Placed(number, review, why_not="" if delivery.is_current else "a later version is here already")
    return Placed(number, review)


def keep_indicators(
    connection: sqlite3.Connection, placed: Placed, indicators: Iterable[Indicator], delivery: Delivery
) -> Kept:
    """Add those that are new, and change those that changed; what one matches anew a person has not looked at."""
    before: dict[str, tuple[Any, ...]] = {row[0]: row[1:] for row in connection.execute(_THERE, (placed.campaign,))}
    said = {row[:_SAID] for row in before.values()}
    may_change = placed.is_changed or delivery.is_current
    added: list[tuple[Any, ...]] = []
    changed: list[tuple[Any, ...]] = []
    duplicates = accepted = 0
    at = delivery.at.timestamp()
    for one in indicators:
        values = _values(one)
        there = before.get(one.id)
        if there is None:
            duplicates += values[:_SAID] in said
            said.add(values[:_SAID])
            added.append((placed.campaign, one.id, *values, at, placed.review))
            accepted += placed.review is Review.ACCEPTED
            before[one.id] = (*values, placed.review)
        elif may_change and there[:-1] != values and there[-1] != Review.REVOKED:
            review = Review(there[-1]) if there[:_SAID] == values[:_SAID] else placed.review
            changed.append((*values, review, placed.campaign, one.id))
            accepted += review is Review.ACCEPTED
    connection.executemany(_ADD, added)
    connection.executemany(_CHANGE, changed)
    return Kept(
        is_new=placed.is_new,
        is_changed=placed.is_changed,
        new=len(added),
        changed=len(changed),
        duplicates=duplicates,
        accepted=accepted,
        quarantined=len(added) if placed.review is Review.QUARANTINED else 0,
    )


def _row(campaign: SharedCampaign, delivery: Delivery, assurance: Assurance) -> tuple[Any, ...]:
    """In the order of the columns; its review comes after it."""
    return (
        *(campaign.producer_id, campaign.id, campaign.version_at.timestamp(), campaign.name, campaign.producer_name),
        *(campaign.confidence, campaign.valid_until.timestamp(), campaign.handling.tlp, campaign.handling.pap),
        *(campaign.is_machine_made, orjson.dumps(replace(campaign, indicators=())).decode()),
        *(delivery.by, delivery.at.timestamp(), delivery.signed, delivery.sha256, assurance),
    )


def _values(one: Indicator) -> tuple[Any, ...]:
    return (
        *(one.kind, one.value, one.form, one.key_id, one.template_kind),
        *(one.confidence, one.certainty, one.valid_from.timestamp(), one.valid_until.timestamp()),
    )
