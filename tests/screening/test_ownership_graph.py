"""Holdings of a day."""

from __future__ import annotations

from datetime import date

import pytest

from stillwatch.core.holding import Holding
from stillwatch.screening.ownership_graph import OwnershipGraph, Stake, is_valid


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_in_force"),
    [
        ("", "", True),
        ("2026-11-22", "", True),
        ("2026-11-23", "", False),
        ("2026", "", True),
        ("2027", "", False),
        ("", "2026-11-22", False),
        ("", "2026-11-23", True),
        ("", "2027", True),
    ],
)
def test_a_holding_is_in_force_from_its_first_day_to_the_day_before_its_end(
    valid_from: str, valid_until: str, is_in_force: bool
) -> None:
    one = Holding(owner="a", owned="b", valid_from=valid_from, valid_until=valid_until)
    assert is_valid(one, date(2026, 11, 22)) == is_in_force


def test_two_statements_do_not_add_up() -> None:
    held = [Holding(owner="a", owned="b", share=share) for share in (None, 0.3, 0.2, None)]
    graph = OwnershipGraph.on(date(2026, 1, 1), held, listed={}, names={"a": "Ada"})
    assert graph.owners == {"b": {"a": Stake(0.3, "")}}
    assert (graph.name_of("a"), graph.name_of("b")) == ("Ada", "b")
