from __future__ import annotations

import pytest

from stillwatch.core.errors import VerificationError
from stillwatch.evidence.case_check import CaseReport, Check, Outcome, not_done, tried


def test_what_is_raised_is_why_a_check_fails() -> None:
    def fails() -> str:
        raise VerificationError("changed", where="a.txt")

    assert tried("files", lambda: "all") == Check(name="files", outcome=Outcome.HOLDS, because="all")
    assert tried("files", fails) == Check(name="files", outcome=Outcome.FAILS, because="a.txt: changed")


def test_a_mistake_of_ours_is_no_finding() -> None:
    with pytest.raises(ZeroDivisionError):
        tried("files", lambda: str(1 / 0))


@pytest.mark.parametrize(
    ("checks", "outcome"),
    [
        ((), Outcome.FAILS),
        ((tried("a", lambda: ""),), Outcome.HOLDS),
        ((tried("a", lambda: ""), not_done("b", "")), Outcome.HOLDS),
        ((tried("a", lambda: ""), Check(name="b", outcome=Outcome.FAILS, because="")), Outcome.FAILS),
    ],
)
def test_one_check_that_fails_is_enough(checks: tuple[Check, ...], outcome: Outcome) -> None:
    assert CaseReport(checks=checks).outcome is outcome
