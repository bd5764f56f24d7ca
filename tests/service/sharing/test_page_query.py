"""Whether a row is among the versions that filters name; the query itself is tried on each database."""

from __future__ import annotations

import pytest

from carried import carried
from stillwatch.service.sharing.change_plan import Head, plan_append
from stillwatch.service.sharing.object_store import Filters
from stillwatch.service.sharing.page_query import row_wanted

_DAYS = plan_append([carried("a", day) for day in (1, 2, 3)], (), by="m", head=Head(0, 0), now_us=1).added


@pytest.mark.parametrize(
    ("filters", "days"),
    [
        (Filters(), [3]),
        (Filters(versions=("first",)), [1]),
        (Filters(versions=("all",)), [1, 2, 3]),
        (Filters(versions=("first", _DAYS[1].version_us)), [1, 2]),
        (Filters(versions=(7,)), []),
        (Filters(versions=("all",), spec_versions=("2.0",)), []),
        (Filters(versions=("all",), spec_versions=("2.0", "2.1")), [1, 2, 3]),
    ],
    ids=str,
)
def test_versions_are_named_by_place_or_time(filters: Filters, days: list[int]) -> None:
    is_wanted = row_wanted(filters, "m")
    assert [row.seq for row in _DAYS if is_wanted(row)] == days


def test_another_producer_and_tombstones_are_never_wanted() -> None:
    everything = Filters(versions=("all",))
    assert not any(map(row_wanted(everything, "n"), _DAYS))
    assert not row_wanted(everything, "m")(_DAYS[0]._replace(is_tombstone=True))
