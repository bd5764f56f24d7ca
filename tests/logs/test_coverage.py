"""Which families of evidence a log supports."""

from __future__ import annotations

import pyarrow as pa
import pytest

from stillwatch.core.campaign import Family
from stillwatch.logs.coverage import family_coverage

_COUNTS = {"exchanges": 100, "with_text": 90, "with_chain": 50, "with_address": 30, "with_client": 40, "with_params": 7}
_NOTHING = dict.fromkeys(_COUNTS, 0)


def test_shares_of_exchanges() -> None:
    assert family_coverage(_COUNTS, None) == {
        "content": 0.9,
        "timing": 1.0,
        "succession": 0.5,
        "infrastructure": 0.4,
        "registration": 0.0,
        "parameters": 0.07,
    }


def test_an_empty_log_supports_nothing() -> None:
    assert family_coverage(_NOTHING, None) == {family.value: 0.0 for family in Family}


@pytest.mark.parametrize(
    ("columns", "share"),
    [
        ({"account_id": ["a", "b"]}, 0.0),
        ({"account_id": ["a", "b"], "created_at": [1, None]}, 0.5),
        ({"account_id": ["a", "b"], "payment_key": ["x", None], "device_key": ["d", "e"]}, 1.0),
        ({"account_id": []}, 0.0),
    ],
)
def test_registration_is_what_the_accounts_file_fills(columns: dict[str, list[object]], share: float) -> None:
    assert family_coverage(_COUNTS, pa.table(columns))["registration"] == share
