"""A budget never gives more than its burst and what time has brought."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard_rows import AT
from stillwatch.core.decision import Charge
from stillwatch.guard.budgets import Budgets, Level, budget_key

KEY = budget_key("campaign", "c-1")


def charge(interval_s: float = 10.0, burst: int = 1, *, budget: int = KEY, counts_tokens: bool = False) -> Charge:
    return Charge(budget=budget, interval_s=interval_s, burst=burst, counts_tokens=counts_tokens)


def taken(budgets: Budgets, one: Charge, times: list[float]) -> list[float]:
    """The times at which the charge could be borne; those are booked."""
    found = []
    for at in times:
        if budgets.wait_s(one, at) == 0:
            budgets.book(one, at)
            found.append(at)
    return found


@given(
    st.integers(1, 6),
    st.floats(0.01, 100),
    st.lists(st.floats(0, 50), min_size=1, max_size=60),
    st.sampled_from((0.0, AT)),
)
def test_never_more_than_burst_and_rate(burst: int, interval_s: float, gaps: list[float], start: float) -> None:
    times, at = [], start
    for gap in gaps:
        at += gap
        times.append(at)
    found = taken(Budgets(64), charge(interval_s, burst), times)
    for place, first in enumerate(found):
        for count, last in enumerate(found[place:], 1):
            assert count <= burst + (last - first) / interval_s + 1e-3


@given(st.integers(1, 6), st.floats(0.1, 100))
def test_never_less_either(burst: int, interval_s: float) -> None:
    one, budgets = charge(interval_s, burst), Budgets(64)
    assert len(taken(budgets, one, [AT] * 10)) == burst
    assert budgets.wait_s(one, AT) == pytest.approx(interval_s, abs=1e-5)
    assert taken(budgets, one, [AT + (number + 1) * interval_s for number in range(5)]) != []
    assert len(taken(Budgets(64), one, [AT + number * interval_s for number in range(20)])) == 20


def test_tokens_are_refused_once_the_budget_is_spent() -> None:
    one, budgets = charge(0.01, 1000, counts_tokens=True), Budgets(64)
    assert budgets.wait_s(one, AT) == 0
    budgets.book(one._replace(units=999.0), AT)
    assert budgets.wait_s(one, AT) == 0
    budgets.book(one._replace(units=5000.0), AT)
    assert budgets.wait_s(one, AT) == pytest.approx(50 - 0.01, abs=1e-5)
    assert budgets.wait_s(one, AT + 50) == 0


@pytest.mark.parametrize("back_s", [60.0, 86_400.0, 10 * 365 * 86_400.0])
def test_a_clock_that_is_set_back_locks_nobody_out(back_s: float) -> None:
    one, budgets = charge(10.0, 6), Budgets(64)
    taken(budgets, one, [AT] * 6)
    assert budgets.wait_s(one, AT - back_s) <= 7 * 10.0
    budgets.book(one, AT - back_s)
    assert budgets.wait_s(one, AT - back_s + 80) == 0


def test_a_clock_that_is_set_forward_gives_a_whole_budget() -> None:
    one, budgets = charge(10.0, 6), Budgets(64)
    taken(budgets, one, [AT] * 6)
    assert len(taken(budgets, one, [AT + 86_400.0] * 10)) == 6


def test_budgets_do_not_touch_one_another() -> None:
    budgets = Budgets(1024)
    ones = [charge(budget=budget_key("account", f"a-{number}")) for number in range(400)]
    for one in ones:
        budgets.book(one, AT)
    assert budgets.displaced == 0
    assert all(budgets.wait_s(one, AT) > 0 for one in ones)
    assert {level.budget for level in budgets.levels(AT)} == {one.budget for one in ones}
    assert list(budgets.levels(AT + 11)) == []


def test_in_a_full_table_the_one_that_is_whole_first_gives_way() -> None:
    budgets = Budgets(16)
    for number in range(16):
        budgets.book(charge(interval_s=100.0 + number, budget=number + 1), AT)
    assert budgets.displaced == 0
    budgets.book(charge(budget=99), AT)
    assert budgets.displaced == 1
    assert budgets.whole_at(1) == 0.0
    assert budgets.whole_at(2) == AT + 101
    budgets.book(charge(budget=98), AT + 1000)
    assert budgets.displaced == 1


def test_a_level_is_entered_as_it_stood() -> None:
    budgets, heard = Budgets(64), []
    budgets.tell(lambda budget, added_s: heard.append((budget, added_s)))
    budgets.set(Level(KEY, AT + 15), AT)
    assert (budgets.whole_at(KEY), heard) == (AT + 15, [])
    budgets.book(charge(), AT)
    assert (budgets.whole_at(KEY), heard) == (AT + 25, [(KEY, 10.0)])


@pytest.mark.parametrize("capacity", [0, 4, 63, 100])
def test_a_capacity_is_a_power_of_two(capacity: int) -> None:
    with pytest.raises(ValueError, match="power of two"):
        Budgets(capacity)


def test_any_text_has_a_budget() -> None:
    assert len({budget_key("account", value) for value in ("", "a", "\ud800", "é")}) == 4


def test_levels_move_with_the_clock() -> None:
    one, budgets = charge(10.0, 6), Budgets(64)
    taken(budgets, one, [AT] * 6)
    before = budgets.wait_s(one, AT + 1)
    budgets.shift(-3600.0)
    assert budgets.wait_s(one, AT + 1 - 3600.0) == pytest.approx(before)
    assert budgets.wait_s(charge(10.0, 6, budget=budget_key("account", "another")), AT - 3600.0) == 0


def test_a_level_that_was_left_never_lowers_one_that_is_known() -> None:
    budgets = Budgets(8)
    budgets.raise_to(Level(KEY, AT + 5), AT)
    budgets.raise_to(Level(KEY, AT + 3), AT)
    assert budgets.whole_at(KEY) == AT + 5
