from __future__ import annotations

import numpy as np
import pytest

from stillwatch.evidence.over_limit import ALPHA, Measured, Over, is_over


def test_what_was_counted_is_over_or_not() -> None:
    assert is_over(Measured(11, 0), 10, tests=1000) == Over(None)
    assert is_over(Measured(10, 0), 10, tests=1) is None


def test_what_was_estimated_needs_more_than_chance() -> None:
    assert is_over(Measured(1.02e9, (2e7) ** 2), 1e9, tests=1) is None
    far = is_over(Measured(1.2e9, (2e7) ** 2), 1e9, tests=1)
    assert far is not None
    assert far.p_value is not None
    assert 0 <= far.p_value < 1e-9


def test_more_questions_ask_for_more() -> None:
    measured = Measured(1.06e9, (2e7) ** 2)
    assert is_over(measured, 1e9, tests=1) is not None
    assert is_over(measured, 1e9, tests=100) is None


@pytest.mark.parametrize(("rate", "packets"), [(100, 20_000), (1000, 40_000), (1000, 400_000)])
def test_hosts_within_their_limit_are_seldom_over(rate: int, packets: int) -> None:
    """Packets of mixed sizes, as many bytes as the limit exactly, one in `rate` looked at: at most ALPHA come out over,
    and not so few that the test would be blind.
    """
    draw = np.random.default_rng(11)
    sizes = np.array([52.0, 576.0, 1500.0])
    counts = np.array([packets // 2, packets // 10, packets - packets // 2 - packets // 10])
    trials, limit = 10_000, float(counts @ sizes)
    seen = draw.binomial(counts, 1 / rate, size=(trials, 3)) * sizes
    squares = seen @ sizes
    found = [
        is_over(Measured(rate * total, rate * (rate - 1) * square), limit, tests=1) is not None
        for total, square in zip(seen.sum(axis=1), squares, strict=True)
    ]
    assert np.mean(found) <= ALPHA + 3 * (ALPHA / trials) ** 0.5
    assert np.mean(found) >= ALPHA / 20
