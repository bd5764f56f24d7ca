"""Memory that forked processes have in common, and a lock that outlives none of them."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from stillwatch.core.decision import Charge
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.shared_arrays import SharedArrays

if TYPE_CHECKING:
    from collections.abc import Callable

TIMES = 2_000


def forked(work: Callable[[], None]) -> int:
    process = os.fork()
    if process:
        return process
    try:
        work()
    finally:
        os._exit(0)


def test_bookings_of_several_processes_all_count() -> None:
    budgets = Budgets(64, shared=SharedArrays())
    charge = Charge(budget=7, interval_s=1.0, burst=10**9)

    def book() -> None:
        for _ in range(TIMES):
            budgets.book(charge, at=0.0)

    for process in [forked(book) for _ in range(3)]:
        os.waitpid(process, 0)
    assert budgets.whole_at(7) == 3 * TIMES


def test_a_process_that_dies_in_the_middle_locks_nobody_out() -> None:
    shared = SharedArrays()
    flags = shared.take("Q", 1)

    def hold() -> None:
        with shared:
            flags[0] = 1
            time.sleep(60)

    process = forked(hold)
    while not flags[0]:
        time.sleep(0.001)
    os.kill(process, signal.SIGKILL)
    with shared:
        flags[0] = 2
    os.waitpid(process, 0)
    assert flags[0] == 2
