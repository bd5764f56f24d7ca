"""What one detection gives beside its campaigns."""

from __future__ import annotations

from dataclasses import replace

from stillwatch.detection.shelves import links


def test_each_campaign_has_its_basis(small_scan):
    result = small_scan.result
    (basis,) = result.bases
    assert basis.campaign_id == result.campaigns[0].id
    assert basis.p_value <= 0.01
    assert basis.judged > 0
    assert len(basis.kinds) == len(basis.keys) > 0
    assert replace(result, bases=()).bases == ()


def test_only_what_no_board_has_scored_makes_a_claim_experimental(small_scan):
    (campaign,), (basis,) = small_scan.result.campaigns, small_scan.result.bases
    untried = {link.name for link in links() if link.status == "experimental"}
    assert not basis.is_experimental or untried & {one.source for one in campaign.evidence}
