from __future__ import annotations

import ctypes
import sys
from datetime import UTC, datetime

import pytest
import rfc8785

from stillwatch.service.evidence.read_clock import read_clock


def test_a_reading_can_be_stated_and_runs_forward() -> None:
    first, second = read_clock(), read_clock()
    assert first.boot_monotonic_s <= second.boot_monotonic_s
    assert abs((datetime.now(UTC) - second.at).total_seconds()) < 60
    assert rfc8785.dumps(second.plain())


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel is asked as Linux has it")
def test_what_the_kernel_says_of_its_clock_is_told() -> None:
    reading = read_clock()
    assert reading.is_synchronised in {True, False}
    assert reading.may_err_s is not None
    assert reading.may_err_s >= 0


def test_where_nobody_tells_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    reading = read_clock()
    assert (reading.is_synchronised, reading.offset_s, reading.may_err_s) == (None, None, None)
