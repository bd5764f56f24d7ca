"""Ages of lists."""

from __future__ import annotations

from datetime import date

from stillwatch.screening.list_age import age_warning


def test_only_a_list_beyond_its_period_is_warned_of() -> None:
    assert age_warning("csl", date(2026, 11, 19), 3, today=date(2026, 11, 22)) == ""
    warned = age_warning("csl", date(2026, 11, 18), 3, today=date(2026, 11, 22))
    assert warned == "list csl is of 2026-11-18, 4 days old; it should be no older than 3 days"
