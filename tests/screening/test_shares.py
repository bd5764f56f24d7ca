"""Shares as people write them."""

from __future__ import annotations

import pytest

from stillwatch.screening.shares import read_share


@pytest.mark.parametrize(
    ("text", "share"),
    [("50%", 0.5), ("50", 0.5), ("0.5", 0.5), ("1", 1.0), ("1%", 0.01), ("12,5 %", 0.125), ("", None), ("most", None)],
)
def test_a_share_is_read_or_not_known(text: str, share: float | None) -> None:
    assert read_share(text) == share


@pytest.mark.parametrize("text", ["120%", "-5%", "5e9", "50%%"])
def test_what_cannot_be_a_share_is_none(text: str) -> None:
    assert read_share(text) is None
