"""How something came here, and how far that says who made it.

>>> from datetime import datetime, UTC
>>> from dataclasses import replace
>>> by_hand = Delivery(by="mail", at=datetime(2026, 11, 22, tzinfo=UTC), sha256="")
>>> assurance_of("identity--1", by_hand), assurance_of("identity--1", replace(by_hand, is_vouched=True))
(<Assurance.NONE: 0>, <Assurance.VOUCHED: 1>)
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from stillwatch.core.provenance import Review, Signed
from stillwatch.service.sharing.peers import Accept

if TYPE_CHECKING:
    from datetime import datetime

    from stillwatch.core.shared_campaign import SharedCampaign
    from stillwatch.service.sharing.peers import Peers


class Assurance(IntEnum):
    """How it is known who made a thing; a thing is replaced or taken back only with as much as it came with."""

    NONE = 0
    """It says so itself."""
    VOUCHED = 1
    """A server says so that checks it."""
    SIGNED = 2
    """By the producer's own key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    by: str
    """Name of the server, folder or file."""
    at: datetime
    sha256: str
    """Of the bytes as received, hex."""
    signed: Signed = Signed.UNSIGNED
    signer_id: str = ""
    """STIX id of the identity whose key has signed; empty where none is verified."""
    is_vouched: bool = False
    """Whoever delivers it lets a producer send only what is his own."""
    is_current: bool = False
    """Each object is in its newest version; a file may be an old one that is sent again."""


def assurance_of(producer_id: str, delivery: Delivery) -> Assurance:
    """How it is known that this producer has made what was delivered."""
    if delivery.signed is Signed.VERIFIED and delivery.signer_id == producer_id:
        return Assurance.SIGNED
    return Assurance.VOUCHED if delivery.is_vouched else Assurance.NONE


def first_review(campaign: SharedCampaign, delivery: Delivery, peers: Peers) -> Review:
    """Where a campaign stands before anybody has looked: accepted where the operator has said so beforehand."""
    producer = peers.producers.get(campaign.producer_id)
    if producer is None or assurance_of(campaign.producer_id, delivery) is Assurance.NONE:
        return Review.QUARANTINED
    is_enough = producer.accept is Accept.ALL or (producer.accept is Accept.REVIEWED and not campaign.is_machine_made)
    return Review.ACCEPTED if is_enough else Review.QUARANTINED
