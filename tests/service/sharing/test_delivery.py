"""What is known of who made a thing, and what that lets in."""

from __future__ import annotations

import pytest

from received_rows import LAB_A, LAB_B, campaign, delivery, peers
from stillwatch.core.provenance import Review, Signed
from stillwatch.service.sharing.delivery import Assurance, Delivery, assurance_of, first_review
from stillwatch.service.sharing.peers import Accept


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (delivery(is_vouched=False), Assurance.NONE),
        (delivery(), Assurance.VOUCHED),
        (delivery(is_vouched=False, signed=Signed.VERIFIED, signer_id=LAB_A), Assurance.SIGNED),
        (delivery(is_vouched=False, signed=Signed.VERIFIED, signer_id=LAB_B), Assurance.NONE),
        (delivery(is_vouched=False, signed=Signed.UNKNOWN_KEY, signer_id=LAB_A), Assurance.NONE),
    ],
)
def test_a_signature_says_who_made_it_only_if_it_is_his(came: Delivery, expected: Assurance) -> None:
    assert assurance_of(LAB_A, came) is expected


@pytest.mark.parametrize(
    ("accept", "is_machine_made", "is_vouched", "expected"),
    [
        (Accept.NOTHING, False, True, Review.QUARANTINED),
        (Accept.REVIEWED, False, True, Review.ACCEPTED),
        (Accept.REVIEWED, True, True, Review.QUARANTINED),
        (Accept.ALL, True, True, Review.ACCEPTED),
        (Accept.ALL, True, False, Review.QUARANTINED),
        (Accept.ALL, False, False, Review.QUARANTINED),
    ],
)
def test_a_machine_without_provenance_stays_in_quarantine(
    accept: Accept, is_machine_made: bool, is_vouched: bool, expected: Review
) -> None:
    told = campaign(is_machine_made=is_machine_made)
    assert first_review(told, delivery(is_vouched=is_vouched), peers(accept)) is expected


def test_a_stranger_is_never_accepted_by_himself() -> None:
    assert first_review(campaign(producer_id=LAB_B), delivery(), peers(Accept.ALL)) is Review.QUARANTINED
