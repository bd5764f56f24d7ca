"""What people found: appended, and read with the last word counting."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from stillwatch.core.errors import InputError
from stillwatch.service.calibration_record import Judged, read_judged, record_judged

if TYPE_CHECKING:
    from pathlib import Path


def judged(appeal: str, *, is_guilty: bool) -> Judged:
    return Judged(
        appeal=appeal,
        denial="d-1",
        decided_at=datetime(2026, 11, 22, 12, tzinfo=UTC),
        key="account",
        value="a-1",
        is_guilty=is_guilty,
        subject="c-1",
        rule="operators",
        confidence=0.97,
        because="keeps the fleet's hours",
        decided_by="Ada",
        decision_reason="seen the contract",
    )


def test_the_last_line_of_an_appeal_counts_and_all_lines_stay(tmp_path: Path) -> None:
    file = tmp_path / "calibration.jsonl"
    first, other = judged("ap-1", is_guilty=True), judged("ap-2", is_guilty=True)
    again = replace(first, is_guilty=False, confidence=None)
    for one in (first, other, again):
        record_judged(file, one)
    assert read_judged(file) == (again, other)
    assert len(file.read_bytes().splitlines()) == 3


@pytest.mark.parametrize("line", [b"{", b"[1]", b'{"schema": "other/1"}', b'{"schema": "stillwatch.calibration/1"}'])
def test_a_line_that_is_none_of_ours_is_named(line: bytes, tmp_path: Path) -> None:
    file = tmp_path / "calibration.jsonl"
    record_judged(file, judged("ap-1", is_guilty=True))
    file.write_bytes(file.read_bytes() + line + b"\n")
    with pytest.raises(InputError, match=r"calibration\.jsonl:2"):
        read_judged(file)
