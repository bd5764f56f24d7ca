from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stillwatch.detection.confidence import Judged
from stillwatch.service.calibration_record import Judged as JudgedAccount
from stillwatch.service.calibration_record import record_judged
from stillwatch.service.judged_campaigns import judged_campaigns

if TYPE_CHECKING:
    from pathlib import Path


def record(file: Path, appeal: str, subject: str, *, is_guilty: bool) -> None:
    record_judged(
        file,
        JudgedAccount(
            appeal=appeal,
            denial=f"d-{appeal}",
            decided_at=datetime(2026, 11, 22, tzinfo=UTC),
            key="account",
            value=f"a-{appeal}",
            is_guilty=is_guilty,
            subject=subject,
            rule="operators",
            confidence=0.97,
            because="",
            decided_by="Ada",
            decision_reason="looked",
        ),
    )


def test_a_campaign_is_none_where_half_of_its_judged_accounts_are_honest(tmp_path: Path) -> None:
    file = tmp_path / "calibration.jsonl"
    assert judged_campaigns(file) == Judged(0, 0)
    verdicts = [("1", "c-1", True), ("2", "c-1", False), ("3", "c-2", True), ("4", "c-2", True), ("5", "c-2", False)]
    for appeal, subject, is_guilty in (*verdicts, ("6", "", False)):
        record(file, appeal, subject, is_guilty=is_guilty)
    assert judged_campaigns(file) == Judged(2, 1)
    record(file, "2", "c-1", is_guilty=True)
    assert judged_campaigns(file) == Judged(2, 0)
