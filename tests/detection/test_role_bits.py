from __future__ import annotations

import pytest

from stillwatch.detection.role_bits import Role, role_finding, share_of
from stillwatch.detection.world import town

WORLD = town(40).fleet(8).asking(5, share=0.5)


def finding(share, least=0.3):
    return role_finding(WORLD.suspects(), Role("s", "r", 0.5, least, "ask for something"), share)


def test_a_share_counts_exchanges_with_the_bit():
    suspects = WORLD.suspects()
    assert share_of(suspects, 5) == pytest.approx(0.5, abs=0.05)
    assert share_of(suspects, 4) == 0.0


def test_a_finding_needs_the_least_share():
    assert finding(0.29) is None
    found = finding(0.3)
    assert found is not None
    assert found.evidence.because == "30% of the exchanges ask for something"


def test_a_role_describes_and_never_tests():
    found = finding(1.0)
    assert found is not None
    assert found.evidence.p_value == 1.0
