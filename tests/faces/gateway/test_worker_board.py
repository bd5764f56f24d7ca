from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from stillwatch.faces.gateway.worker_board import WorkerBoard

if TYPE_CHECKING:
    from pathlib import Path


def test_one_answers_for_all_and_its_own_are_fresh(tmp_path: Path) -> None:
    board = WorkerBoard(tmp_path, 2)
    board.post_restarts(3)
    board.post(0, "# TYPE m counter\nm 1\n")
    board.post(1, "# TYPE m counter\nm 2\n")
    found = board.metrics(0, "# TYPE m counter\nm 9\n").splitlines()
    assert [line for line in found if not line.startswith("# ")] == [
        "stillwatch_workers 2",
        "stillwatch_worker_restarts_total 3",
        'm{worker="0"} 9',
        'm{worker="1"} 2',
    ]


def test_who_says_nothing_is_missed(tmp_path: Path) -> None:
    board = WorkerBoard(tmp_path, 3)
    for worker in range(3):
        board.post(worker, "")
    assert [board.is_up(worker) for worker in range(3)] == [True] * 3
    assert board.missing() == ()
    board.forget(1)
    os.utime(tmp_path / "2.prom", (time.time() - 60, time.time() - 60))
    assert board.missing() == ("worker 1 does not answer", "worker 2 does not answer")
    assert not board.is_up(1)
