"""Run the board: every scenario, seed, part and peer of the plan, with the figures kept as JSON.

run_board(BoardSettings(out=Path("evaluation/board"), work=Path("out/board")), progress=quiet)
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stillwatch.evaluation import board_run
from stillwatch.evaluation.board_figures import Board, read_board
from stillwatch.evaluation.board_plan import load_plan

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardSettings:
    out: Path = Path("evaluation/board")
    """Folder of the figures and the page."""
    work: Path = Path("out/board")
    """Where logs are composed; each is removed after use."""
    corpora: Path | None = None
    """Folder of prompt files; scenarios that need it are left out where it is not given."""
    plan: Path | None = None
    """Instead of the plan that ships with stillwatch."""
    only: tuple[str, ...] = ()
    """Names of scenarios; none = all of the plan."""
    workers: int = 0
    """Logs on the bench at once, a process each; 0 = one for each core."""


def run_board(settings: BoardSettings, progress: Callable[[str, int, int], None]) -> Board:
    """Bring the figures up to date and read them all; figures of the same code are not made again."""
    plan = [one for one in load_plan(settings.plan) if not settings.only or one.scenario in settings.only]
    ground = board_run.Ground(settings.out, settings.work, settings.corpora)
    board_run.run_board(plan, ground, progress, workers=settings.workers or os.cpu_count() or 1)
    return read_board(settings.out)


def stored_board(out: Path) -> Board:
    """The board as its figures lie there, without running anything."""
    return read_board(out)
