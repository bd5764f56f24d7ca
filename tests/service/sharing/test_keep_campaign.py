"""A thousand indicators at once, and what their order has to do with it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from received_rows import campaign, delivery, indicator
from stillwatch.core.provenance import Review
from stillwatch.service.sharing.delivery import Assurance
from stillwatch.service.sharing.intel_state import open_intel
from stillwatch.service.sharing.keep_campaign import Kept, keep_campaign, keep_indicators

if TYPE_CHECKING:
    from pathlib import Path


def test_in_whatever_order_versions_come_the_newest_stays(tmp_path: Path) -> None:
    versions = [campaign(indicator(1, f"198.51.100.{number}"), version=number) for number in range(1, 9)]
    for seed in range(5):
        connection = open_intel(tmp_path / f"{seed}.db")
        for one in random.Random(seed).sample(versions, len(versions)):
            placed = keep_campaign(connection, one, delivery(), Assurance.VOUCHED, Review.ACCEPTED)
            if not placed.why_not:
                keep_indicators(connection, placed, one.indicators, delivery())
        assert connection.execute("SELECT value FROM indicator").fetchall() == [("198.51.100.8",)]
        connection.close()


def test_many_are_added_and_changed_at_once(tmp_path: Path) -> None:
    connection = open_intel(tmp_path / "intel.db")
    many = [indicator(number, f"198.51.100.{number % 200}") for number in range(1000)]
    placed = keep_campaign(connection, campaign(), delivery(), Assurance.VOUCHED, Review.QUARANTINED)
    kept = keep_indicators(connection, placed, many, delivery())
    assert kept == Kept(is_new=True, new=1000, duplicates=800, quarantined=1000)
    longer = [indicator(number, f"198.51.100.{number % 200}", confidence=50) for number in range(1000)]
    placed = keep_campaign(connection, campaign(version=2), delivery(), Assurance.VOUCHED, Review.ACCEPTED)
    assert keep_indicators(connection, placed, longer, delivery()) == Kept(is_changed=True, changed=1000)
    assert connection.execute("SELECT DISTINCT review FROM indicator").fetchall() == [("quarantined",)]
    connection.close()
