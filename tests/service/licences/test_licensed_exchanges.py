"""A licence covers its accounts, in its term, with its models, and what was answered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from exchange_log import START, exchange
from licensed import licence, log_of
from stillwatch.service.licences.licensed_exchanges import Exchange, LicensedExchanges

if TYPE_CHECKING:
    from pathlib import Path


def read(tmp_path: Path, change: dict[str, Any], *records: dict[str, Any]) -> tuple[list[Exchange], LicensedExchanges]:
    found = LicensedExchanges(licence(**change), log_of(tmp_path, *records), spill=tmp_path)
    return list(found.rows()), found


def test_an_exchange_as_both_sides_know_it(tmp_path: Path) -> None:
    one = exchange(1, "acct-1", response_id="resp-1", input_tokens=9, system_text="Be brief.")
    rows, _ = read(tmp_path, {}, one)
    assert rows == [
        Exchange(
            id="resp-1",
            started_at=one["started_at"],
            model="model-large",
            turn=1,
            system_text="Be brief.",
            prompt_text=one["prompt_text"],
            reply_text="For counting.",
            input_tokens=9,
            output_tokens=21,
        )
    ]


@pytest.mark.parametrize(
    ("change", "record", "counts"),
    [
        ({}, {}, (1, 0, 0, 0)),
        ({}, {"account_id": "x"}, (0, 1, 0, 0)),
        ({}, {"account_id": "x", "api_key_id": "acct-1"}, (1, 0, 0, 0)),
        ({"teachers": ("other",)}, {}, (0, 0, 1, 0)),
        ({"valid_from": datetime.fromtimestamp(START / 1e9 + 3600, UTC)}, {}, (0, 0, 1, 0)),
        ({"valid_until": datetime.fromtimestamp(START / 1e9 - 3600, UTC)}, {}, (0, 0, 1, 0)),
        ({}, {"status_code": 429}, (0, 0, 0, 1)),
        ({}, {"status_code": None}, (1, 0, 0, 0)),
    ],
)
def test_what_it_covers(
    tmp_path: Path, change: dict[str, Any], record: dict[str, Any], counts: tuple[int, int, int, int]
) -> None:
    rows, found = read(tmp_path, change, exchange(1, "acct-1") | record)
    assert (len(rows), found.others, found.not_covered, found.failed) == counts
