"""Appeals from the denial to the exemption, with each step on record."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.appeal import Appeal, AppealState
from stillwatch.core.decision import Action, Decision
from stillwatch.core.denial import Denial
from stillwatch.core.errors import InputError, SettingsError
from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.budgets import Budgets
from stillwatch.service.audit_trail import first_broken, read_entries
from stillwatch.service.calibration_record import read_judged
from stillwatch.service.guarding.appeals import Appeals, Ruling, Who
from stillwatch.service.guarding.exemptions import read_exemptions
from stillwatch.service.guarding.guard_state import GuardState

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_OVERTURNED = Ruling(state=AppealState.OVERTURNED, by="Grace", reason="a class")
_UPHELD = Ruling(state=AppealState.UPHELD, by="Grace", reason="resells replies")


@pytest.fixture
def appeals(tmp_path: Path) -> Iterator[Appeals]:
    """Appeals beside a guard that has denied account a-1 (d-1) and an address (d-2)."""
    state = GuardState(tmp_path / "guard.db", Budgets(8), clock=_NOW.timestamp)
    decision = Decision(
        action=Action.BLOCK,
        id="d-1",
        rule="operators",
        reason="suspended",
        because="keeps the fleet's hours",
        subject="c-1",
        confidence=0.97,
        policy_version="v1",
    )
    state.note(RequestFacts("q-1", _NOW.timestamp(), account_id="a-1", api_key_id="k-1"), decision)
    by_address = Decision(action=Action.BLOCK, id="d-2", rule="traces", reason="suspended")
    state.note(RequestFacts("q-2", _NOW.timestamp(), client_address="192.0.2.1"), by_address)
    state.close()
    numbers = count(1)
    opened = Appeals(tmp_path / "guard.db", clock=_NOW.timestamp, new_id=lambda: f"ap-{next(numbers)}")
    yield opened
    opened.close()


def test_a_denial_is_on_record_with_what_the_customer_was_told(appeals: Appeals) -> None:
    assert appeals.denial("d-1") == Denial(
        id="d-1",
        denied_at=_NOW,
        action="block",
        rule="operators",
        reason="suspended",
        because="keeps the fleet's hours",
        subject="c-1",
        confidence=0.97,
        policy_version="v1",
        key="account",
        value="a-1",
        request_id="q-1",
    )
    assert appeals.denial("d-9") is None


def test_an_appeal_is_opened_found_and_listed(appeals: Appeals) -> None:
    opened = appeals.open("d-1", opened_by="Ada", statement="we are a class")
    assert opened == Appeal(
        id="ap-1",
        denial="d-1",
        key="account",
        value="a-1",
        subject="c-1",
        rule="operators",
        statement="we are a class",
        opened_by="Ada",
        opened_at=_NOW,
        state=AppealState.OPEN,
    )
    assert appeals.find("ap-1") == appeals.find("d-1") == opened
    assert appeals.all() == appeals.all(AppealState.OPEN) == (opened,)
    assert appeals.all(AppealState.UPHELD) == ()


def test_overturned_the_customer_is_spared_until_a_date_and_the_detector_can_learn(
    appeals: Appeals, tmp_path: Path
) -> None:
    appeals.open("d-1", opened_by="Ada", statement="we are a class")
    decided = appeals.decide("ap-1", _OVERTURNED)
    assert (decided.state, decided.decided_by, decided.exempt_until) == (
        *(AppealState.OVERTURNED, "Grace", _NOW + timedelta(days=90)),
    )
    assert appeals.find("ap-1") == decided
    (spared,) = read_exemptions(tmp_path / "exemptions.json", at=_NOW)
    assert (spared.value, spared.expires_at, spared.reason) == ("a-1", _NOW + timedelta(days=90), "Grace: a class")
    (judged,) = read_judged(tmp_path / "calibration.jsonl")
    assert (judged.value, judged.is_guilty, judged.confidence, judged.because) == (
        *("a-1", False, 0.97, "keeps the fleet's hours"),
    )


def test_upheld_nobody_is_spared_and_the_detector_learns_that_too(appeals: Appeals, tmp_path: Path) -> None:
    appeals.open("d-1", opened_by="Ada", statement="we are a class")
    appeals.decide("d-1", _UPHELD)
    assert read_exemptions(tmp_path / "exemptions.json", at=_NOW) == ()
    assert [one.is_guilty for one in read_judged(tmp_path / "calibration.jsonl")] == [True]


def test_a_decision_may_be_changed_and_what_it_caused_changes_with_it(appeals: Appeals, tmp_path: Path) -> None:
    appeals.open("d-1", opened_by="Ada", statement="we are a class")
    appeals.decide("ap-1", _OVERTURNED)
    appeals.decide("ap-1", _UPHELD)
    assert read_exemptions(tmp_path / "exemptions.json", at=_NOW) == ()
    assert [one.is_guilty for one in read_judged(tmp_path / "calibration.jsonl")] == [True]
    assert [(one.what, one.who, one.detail.get("before")) for one in read_entries(appeals.connection)] == [
        ("appeal_opened", "Ada", None),
        ("appeal_overturned", "Grace", "open"),
        ("appeal_upheld", "Grace", "overturned"),
    ]
    assert first_broken(appeals.connection) is None


def test_withdrawn_is_the_end_and_another_appeal_may_be_opened(appeals: Appeals, tmp_path: Path) -> None:
    appeals.open("d-1", opened_by="Ada", statement="we are a class")
    appeals.decide("ap-1", Ruling(state=AppealState.WITHDRAWN, by="Ada", reason="the customer wrote"))
    with pytest.raises(InputError, match="withdrawn"):
        appeals.decide("ap-1", _UPHELD)
    assert not (tmp_path / "calibration.jsonl").exists()
    assert appeals.open("d-1", opened_by="Ada", statement="again").id == "ap-2"


def test_a_second_appeal_against_a_denial_waits_for_the_first(appeals: Appeals) -> None:
    appeals.open("d-1", opened_by="Ada", statement="we are a class")
    with pytest.raises(InputError, match=r"open appeal against d-1.*show ap-1"):
        appeals.open("d-1", opened_by="Ada", statement="again")
    assert len(appeals.all()) == 1


def test_a_denial_that_was_lost_can_still_be_appealed(appeals: Appeals, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not on record.*--who"):
        appeals.open("d-9", opened_by="Ada", statement="we are a class")
    appeals.open("d-9", opened_by="Ada", statement="we are a class", who=Who("organisation", "o-1"))
    appeals.decide("d-9", _OVERTURNED)
    assert [one.value for one in read_exemptions(tmp_path / "exemptions.json", at=_NOW)] == ["o-1"]
    assert read_judged(tmp_path / "calibration.jsonl")[0].confidence is None


def test_an_address_exempts_nobody_until_it_is_said_who_is_meant(appeals: Appeals, tmp_path: Path) -> None:
    appeals.open("d-2", opened_by="Ada", statement="our office")
    with pytest.raises(InputError, match="may be shared by many"):
        appeals.decide("ap-1", _OVERTURNED)
    assert appeals.find("ap-1").state is AppealState.OPEN
    meant = Ruling(state=AppealState.OVERTURNED, by="Grace", reason="a class", exempt=Who("account", "a-7"))
    appeals.decide("ap-1", meant)
    assert [one.value for one in read_exemptions(tmp_path / "exemptions.json", at=_NOW)] == ["a-7"]


@pytest.mark.parametrize(
    "ruling",
    [
        Ruling(state=AppealState.UPHELD, by=" ", reason="r"),
        Ruling(state=AppealState.UPHELD, by="Ada", reason=""),
        Ruling(state=AppealState.OPEN, by="Ada", reason="r"),
    ],
    ids=["nobody", "no reason", "no decision"],
)
def test_a_decision_has_a_person_and_a_reason(ruling: Ruling, appeals: Appeals) -> None:
    appeals.open("d-1", opened_by="Ada", statement="we are a class")
    with pytest.raises(InputError):
        appeals.decide("ap-1", ruling)
    assert appeals.find("ap-1").state is AppealState.OPEN


def test_a_decision_that_cannot_be_carried_out_is_not_made(appeals: Appeals, tmp_path: Path) -> None:
    appeals.open("d-1", opened_by="Ada", statement="we are a class")
    (tmp_path / "calibration.jsonl").mkdir()
    with pytest.raises(OSError, match="calibration"):
        appeals.decide("ap-1", _OVERTURNED)
    assert appeals.find("ap-1").state is AppealState.OPEN
    assert not (tmp_path / "exemptions.json").exists()


@pytest.mark.usefixtures("appeals")
def test_a_locked_state_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stillwatch.service.guarding.state_file._WAIT_S", 0.01)
    impatient = Appeals(tmp_path / "guard.db", clock=_NOW.timestamp, new_id=lambda: "ap-1")
    other = sqlite3.connect(tmp_path / "guard.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(SettingsError, match=r"cannot be written.*locked"):
        impatient.open("d-1", opened_by="Ada", statement="we are a class")
    other.close()
    impatient.close()


def test_what_has_run_out_leaves_the_exemptions(appeals: Appeals, tmp_path: Path) -> None:
    appeals.open("d-1", opened_by="Ada", statement="we are a class")
    appeals.decide("ap-1", _OVERTURNED)
    later = Appeals(tmp_path / "guard.db", clock=(_NOW + timedelta(days=91)).timestamp, new_id=lambda: "ap-1")
    assert later.write_exemptions() == ()
    later.close()
