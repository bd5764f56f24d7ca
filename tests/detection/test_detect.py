"""What one detection gives beside its campaigns."""

from __future__ import annotations

from dataclasses import replace


def test_each_campaign_has_its_basis(small_scan):
    result = small_scan.result
    (basis,) = result.bases
    assert basis.campaign_id == result.campaigns[0].id
    assert basis.p_value <= 0.01
    assert basis.judged > 0
    assert len(basis.kinds) == len(basis.keys) > 0
    assert replace(result, bases=()).bases == ()
