"""What appeals tell about denials, and what they cannot tell."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import pytest

from stillwatch.core.appeal import AppealState
from stillwatch.core.decision import Action, Decision
from stillwatch.core.request_facts import RequestFacts
from stillwatch.guard.budgets import Budgets
from stillwatch.service.calibration_report import Advice, Counted, Precision, calibration_report
from stillwatch.service.guarding.appeals import Appeals, Ruling
from stillwatch.service.guarding.guard_state import GuardState

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 22, tzinfo=UTC)
AT = NOW.timestamp()
UPHELD, OVERTURNED, WITHDRAWN = AppealState.UPHELD, AppealState.OVERTURNED, AppealState.WITHDRAWN


def denied(folder: Path, *rows: tuple[str, str, float], at: float = AT, rule: str = "operators") -> None:
    """Denials of (account, campaign, confidence), named after the account."""
    state = GuardState(folder / "guard.db", Budgets(8), clock=lambda: at)
    for account, subject, confidence in rows:
        decision = Decision(
            action=Action.BLOCK, id=f"d-{account}", rule=rule, reason="no", subject=subject, confidence=confidence
        )
        state.note(RequestFacts(f"q-{account}", at, account_id=account), decision)
    state.close()


def decided(folder: Path, verdicts: dict[str, AppealState | None]) -> None:
    """Appeals of accounts, each with what a person decided; None = nothing yet."""
    numbers = count(1)
    appeals = Appeals(folder / "guard.db", clock=lambda: AT, new_id=lambda: f"ap-{next(numbers)}")
    for account, state in verdicts.items():
        opened = appeals.open(f"d-{account}", opened_by="Ada", statement="not me")
        if state is not None:
            appeals.decide(opened.id, Ruling(state=state, by="Grace", reason="looked"))
    appeals.close()


def test_counts_are_of_accounts_campaigns_and_rules(tmp_path: Path) -> None:
    denied(tmp_path, *((f"a-{n}", "c-1", 0.9) for n in range(6)), ("b-1", "c-2", 0.8))
    denied(tmp_path, ("m-1", "c-2", 0.95), ("plain", "", 0.0), rule="shared quota")
    denied(tmp_path, ("old", "c-0", 0.9), at=AT - 91 * 86_400)
    decided(
        tmp_path, {"a-0": UPHELD, "a-1": UPHELD, "a-2": OVERTURNED, "b-1": OVERTURNED, "a-3": None, "m-1": WITHDRAWN}
    )
    report = calibration_report(tmp_path / "guard.db", at=NOW)
    assert (report.denials, report.accounts) == (8, Counted(8, 1, 2, 2))
    assert report.campaigns == Counted(2, 0, 1, 1)
    assert report.rules == {"operators": Counted(7, 1, 2, 2), "shared quota": Counted(1, 0, 0, 0)}
    # One of two campaigns was upheld; two of eight accounts were certainly denied wrongly.
    assert report.precision == Precision(0.0126, 0.75)
    assert report.refutation.expected == pytest.approx(6 * 0.1 + 0.2 + 0.05)
    assert (report.refutation.p_value, report.advice) == (pytest.approx(0.425), Advice.NOT_REFUTED)


def test_mistakes_beyond_what_was_stated_refute_it_whoever_objects(tmp_path: Path) -> None:
    denied(tmp_path, *((f"a-{n}", "c-1", 0.999) for n in range(60)))
    decided(tmp_path, {f"a-{n}": OVERTURNED for n in range(3)})
    report = calibration_report(tmp_path / "guard.db", at=NOW)
    assert report.refutation == (0.06, 50.0, 0.02)
    assert report.advice is Advice.TOO_SURE
    assert report.precision.most == 0.95


def test_without_denials_or_decisions_nothing_is_claimed(tmp_path: Path) -> None:
    denied(tmp_path)
    assert calibration_report(tmp_path / "guard.db", at=NOW).advice is Advice.NOTHING_DENIED
    denied(tmp_path, ("a-1", "c-1", 0.9))
    report = calibration_report(tmp_path / "guard.db", at=NOW)
    assert (report.precision, report.refutation.p_value) == (Precision(None, None), 1.0)
    assert report.advice is Advice.NOTHING_JUDGED


def test_confidence_that_is_true_is_seldom_refuted_though_campaigns_fall_as_one() -> None:
    """The null model: whole campaigns are wrong together with the probability stated, and every innocent objects."""
    drawn = np.random.default_rng(5)
    sizes, confidence = np.array([60, 5, 200, 12, 1, 30]), 0.97
    wrong = drawn.random((20_000, len(sizes))) > confidence
    e_values = (wrong * sizes).sum(axis=1) / ((1 - confidence) * sizes.sum())
    assert e_values.mean() == pytest.approx(1, abs=0.05)
    for p in (0.05, 0.01):
        assert (1 / np.maximum(e_values, 1e-9) <= p).mean() <= p
