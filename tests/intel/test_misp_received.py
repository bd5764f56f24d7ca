"""What is read of an event, in the forms in which MISP writes it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stillwatch.intel.misp_received import is_true, moment


@pytest.mark.parametrize(("value", "truth"), [(True, True), ("1", True), (1, True), ("0", False), (None, False)])
def test_truth_comes_as_text_or_number(value, truth):
    assert is_true(value) is truth


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("1788393600", datetime(2026, 9, 3, 0, 0, tzinfo=UTC)),
        (1788393600, datetime(2026, 9, 3, 0, 0, tzinfo=UTC)),
        ("2026-09-03", datetime(2026, 9, 3, tzinfo=UTC)),
        ("2026-09-03T00:00:00.000000+00:00", datetime(2026, 9, 3, tzinfo=UTC)),
        ("soon", None),
        (None, None),
        ("9" * 400, None),
    ],
)
def test_times_come_as_seconds_or_dates(value, found):
    assert moment(value) == found
