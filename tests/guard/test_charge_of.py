"""Whose budget a request is counted by."""

from __future__ import annotations

from typing import Any

import pytest

from guard_rows import asked, guarded, row, rule
from stillwatch.core.decision import Charge
from stillwatch.core.policy import Budget, Response
from stillwatch.guard.budgets import budget_key
from stillwatch.guard.charge_of import charge_of
from stillwatch.guard.match_rule import REQUEST_ALONE, Found


def budget(per: str) -> Budget:
    return Budget(per=per, interval_s=10.0, burst=3)


def of(per: str, **request: Any) -> int | None:
    made = charge_of(rule(Response.THROTTLE, name="slow", budget=budget(per)), REQUEST_ALONE, asked(**request))
    return made.budget if made else None


@pytest.mark.parametrize(
    ("per", "request_", "counted_by"),
    [
        ("account", {}, ("account", "a-1")),
        ("account", {"account_id": "", "api_key_id": "k"}, ("api_key", "k")),
        ("end_user", {"end_user_id": "e"}, ("end_user", "e")),
        ("end_user", {}, ("account", "a-1")),
        ("organisation", {"account_id": "", "client_address": "192.0.2.1"}, ("address", "192.0.2.1")),
        ("client", {"client": "c"}, ("client", "c")),
    ],
)
def test_who_names_nothing_shares_no_budget(per: str, request_: dict[str, Any], counted_by: tuple[str, str]) -> None:
    assert of(per, **request_) == budget_key(f"slow\x1f{counted_by[0]}", counted_by[1])


def test_a_request_without_any_name_is_counted_nowhere() -> None:
    assert of("account", account_id="") is None
    assert of("campaign") is None


def test_a_campaign_has_one_budget_and_its_uncertain_members_another() -> None:
    one = rule(Response.THROTTLE, name="slow", budget=budget("campaign"))
    table = guarded(rows=(row(),)).standings
    known = table.known(0)
    made = charge_of(one, Found(known, is_stable=True, is_founded=True), asked("a-1"))
    assert made == Charge(budget=budget_key("slow\x1fcampaign", "c-1"), interval_s=10.0, burst=3)
    assert made == charge_of(one, Found(known, is_stable=True, is_founded=True), asked("a-2"))
    apart = charge_of(one, Found(known, is_stable=False, is_founded=False), asked("a-1"))
    assert apart is not None
    assert apart.budget != made.budget


def test_a_rule_without_budget_takes_nothing() -> None:
    assert charge_of(rule(), REQUEST_ALONE, asked()) is None
