from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.attribution.p_text import p_text


@pytest.mark.parametrize(
    ("log10_p", "said"),
    [
        (0.0, "1"),
        (-1e-9, "1"),
        (-2.0, "0.01"),
        (-3.9999, "0.00011"),
        (-4.5, "4e-5"),
        (-12.00001, "1e-12"),
        (-700.2, "7e-701"),
    ],
)
def test_a_probability_is_said_shortly(log10_p: float, said: str) -> None:
    assert p_text(log10_p) == said


@given(st.floats(-280, 0))
def test_what_is_said_is_never_smaller_than_what_was_found(log10_p: float) -> None:
    assert float(p_text(log10_p)) >= 10**log10_p * (1 - 1e-6)
    assert float(p_text(log10_p)) <= 10**log10_p * 2.0001
