from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from stillwatch.faces.report.wording import (
    chance_in_words,
    confidence,
    confidence_in_words,
    large,
    listed,
    moment_in_words,
    number,
    odds_in_words,
    percent,
    period_in_words,
    plural,
    sentence,
    small,
    words,
)


@pytest.mark.parametrize(
    ("p_value", "said"),
    [
        (0.0, "less than 1 in a trillion by chance"),
        (1e-13, "less than 1 in a trillion by chance"),
        (1e-12, "about 1 in 1 trillion by chance"),
        (1e-7, "about 1 in 10 million by chance"),
        (3.4e-10, "about 1 in 3 billion by chance"),
        (4e-6, "about 1 in 200,000 by chance"),
        (0.012, "about 1 in 80 by chance"),
        (0.0999, "about 1 in 10 by chance"),
        (0.37, "about 37 in 100 by chance"),
        (1.0, "a description, not a test"),
    ],
)
def test_chances(p_value: float, said: str):
    assert chance_in_words(p_value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (999_999, "999,999"), (1e6, "1 million"), (26_410_000, "26.4 million"), (3.1e9, "3.1 billion")],
)
def test_large_counts(value: float, said: str):
    assert large(value) == said


@pytest.mark.parametrize(
    ("share", "said"), [(0.0, "0%"), (0.0004, "under 1%"), (0.31, "31%"), (0.998, "over 99%"), (1.0, "100%")]
)
def test_percentages_never_round_to_all_or_nothing(share: float, said: str):
    assert percent(share) == said


@pytest.mark.parametrize(("value", "said"), [(1.0, "1.00"), (0.9999, "over 0.99"), (0.99, "0.99"), (0.5, "0.50")])
def test_confidence_never_rounds_to_certainty(value: float, said: str):
    assert confidence(value) == said


@pytest.mark.parametrize(("value", "said"), [(0.995, "very high"), (0.96, "high"), (0.8, "moderate"), (0.4, "low")])
def test_confidence_in_words(value: float, said: str):
    assert confidence_in_words(value) == said


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (datetime(2026, 3, 3, 23, tzinfo=UTC), "3 March 2026"),
        (datetime(2026, 3, 19, tzinfo=UTC), "3 to 19 March 2026"),
        (datetime(2026, 4, 1, tzinfo=UTC), "3 March to 1 April 2026"),
        (datetime(2027, 1, 2, tzinfo=UTC), "3 March 2026 to 2 January 2027"),
        (datetime(2026, 3, 4, 3, tzinfo=timezone(timedelta(hours=9))), "3 March 2026"),
    ],
)
def test_periods(end: datetime, said: str):
    assert period_in_words(datetime(2026, 3, 3, 4, tzinfo=UTC), end) == said


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((), ""),
        (("a",), "a"),
        (("a", "b"), "a and b"),
        (tuple("abcd"), "a, b, c and d"),
        (tuple("abcde"), "a, b, c and 2 more"),
    ],
)
def test_lists(names: tuple[str, ...], said: str):
    assert listed(names) == said


def test_small_words():
    assert (number(1204), small(3), small(40)) == ("1,204", "three", "40")
    assert (plural(1, "account"), plural(2, "account"), plural(2, "reply", "replies")) == (
        "1 account",
        "2 accounts",
        "2 replies",
    )
    assert (words("shared_template"), sentence("two left"), odds_in_words(0.01)) == (
        "shared template",
        "Two left",
        "1 in 100",
    )
    assert moment_in_words(datetime(2026, 3, 3, 4, 5, tzinfo=UTC)) == "3 March 2026, 04:05 UTC"
