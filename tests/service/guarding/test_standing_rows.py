"""Rows for guards, from who stands where."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stillwatch.core.authorised import Authorised
from stillwatch.core.key_standing import KeyStanding, Role
from stillwatch.core.request_facts import KeyName
from stillwatch.core.template_key import TemplateKey
from stillwatch.core.tracking import AccountStanding, KnownCampaign
from stillwatch.logs.known_by import KnownBy
from stillwatch.service.guarding.standing_rows import Ties, exempt_rows, standing_rows

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=1)
TIES = Ties({"a": KnownBy(("user_id",), ("k1",))}, {"c": (TemplateKey(4, -77, 0.5),)})


def _campaign(**more) -> KnownCampaign:
    usual = {"campaign_id": "c", "first_flagged_at": NOON, "verdict": "campaign", "told_members": 1, "exchanges": 9}
    return KnownCampaign(**{**usual, "because": "x", "kinds": (4,), "keys": (-77,), **more})


def _standing(**more) -> AccountStanding:
    usual = {"account_id": "a", "campaign_id": "c", "verdict": "campaign", "standing": "operator", "confidence": 0.9}
    return AccountStanding(**{**usual, "since": NOON, "expires_at": LATER, **more})


def _row(name: KeyName, value: str, **more) -> KeyStanding:
    usual = {"subject": "c", "role": Role.OPERATOR, "confidence": 0.9, "reason": "x", "since": NOON}
    return KeyStanding(**{"name": name, "value": value, **usual, "expires_at": LATER, **more})


def test_an_account_is_named_as_the_log_the_store_and_its_keys_do():
    rows = standing_rows([_campaign()], [_standing()], TIES, unit=None)
    assert rows == [
        _row(KeyName.ACCOUNT, "a"),
        _row(KeyName.USER, "a"),
        _row(KeyName.API_KEY, "k1"),
        _row(KeyName.TEMPLATE, "-77", kind=4, role=Role.TRACE, confidence=0.45),
    ]


def test_the_unit_of_the_store_names_the_account():
    rows = standing_rows([], [_standing(account_id="o-1")], Ties({}, {}), unit="org_id")
    assert [(row.name, row.value) for row in rows] == [(KeyName.ACCOUNT, "o-1"), (KeyName.ORGANISATION, "o-1")]


def test_under_review_nobody_is_an_operator_and_no_template_is_held_against_others():
    rows = standing_rows([_campaign(verdict="review")], [_standing(verdict="review")], TIES, unit=None)
    assert {row.role for row in rows} == {Role.REVIEW}
    assert KeyName.TEMPLATE not in {row.name for row in rows}


@pytest.mark.parametrize("standing", ["operator", "mixed", "victim"])
def test_a_standing_keeps_its_role(standing):
    (row, *_) = standing_rows([_campaign()], [_standing(standing=standing)], Ties({}, {}), unit=None)
    assert row.role == standing


def test_what_rests_on_experiments_is_marked():
    rows = standing_rows([_campaign(is_experimental=True)], [_standing()], TIES, unit=None)
    assert {row.is_experimental for row in rows} == {True}


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "is_exempt"),
    [(None, None, True), (NOON, None, True), (LATER, None, False), (None, LATER, True), (None, NOON, False)],
)
def test_the_ledger_exempts_while_it_is_valid(valid_from, valid_until, is_exempt):
    entry = Authorised(
        name="red team",
        account_ids=("a",),
        valid_from=valid_from and int(valid_from.timestamp()) * 10**9,
        valid_until=valid_until and int(valid_until.timestamp()) * 10**9,
    )
    rows = exempt_rows([entry], TIES, unit=None, at=NOON)
    names = {(row.name, row.value) for row in rows if row.role is Role.EXEMPT and row.source == "list"}
    everything = {(KeyName.ACCOUNT, "a"), (KeyName.USER, "a"), (KeyName.API_KEY, "k1")}
    assert names == (everything if is_exempt else set())
    assert all(row.expires_at > NOON for row in rows)


def test_who_is_licensed_is_not_exempt_but_spared_by_feature():
    entry = Authorised(name="partner", account_ids=("a",), licence="g-1", features=("logprobs", "prompt_logprobs"))
    rows = exempt_rows([entry], TIES, unit=None, at=NOON)
    assert {row.role for row in rows} == {Role.LICENSED}
    account = [row.subject for row in rows if row.name is KeyName.ACCOUNT]
    assert account == ["g-1", "g-1#logprobs", "g-1#prompt_logprobs"]
