"""Memory that forked processes have in common, and a lock that outlives none of them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from forked import printed

BOOKED = """
import os
from stillwatch.core.decision import Charge
from stillwatch.guard.budgets import Budgets
from stillwatch.guard.shared_arrays import SharedArrays

budgets = Budgets(64, shared=SharedArrays())
workers = []
for _ in range(3):
    if not (worker := os.fork()):
        for _ in range(2000):
            budgets.book(Charge(budget=7, interval_s=1.0, burst=10**9), at=0.0)
        os._exit(0)
    workers.append(worker)
for worker in workers:
    os.waitpid(worker, 0)
print(budgets.whole_at(7))
"""
KILLED = """
import os, signal, time
from stillwatch.guard.shared_arrays import SharedArrays

shared = SharedArrays()
flags = shared.take("Q", 1)
if not (worker := os.fork()):
    with shared:
        flags[0] = 1
        time.sleep(60)
while not flags[0]:
    time.sleep(0.001)
os.kill(worker, signal.SIGKILL)
with shared:
    flags[0] = 2
print(flags[0])
"""


def test_bookings_of_several_processes_all_count() -> None:
    assert printed(BOOKED) == "6000.0\n"


def test_a_process_that_dies_in_the_middle_locks_nobody_out() -> None:
    assert printed(KILLED) == "2\n"
