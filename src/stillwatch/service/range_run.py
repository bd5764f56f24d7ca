"""Compose logs, run a detector on them, and score it: our own, or any program that writes `campaigns.json`.

ran = range_run(Wanted(scenario="rate_026"), Path("out"), seeds=(1, 2), detector="mydetector {log} {out}")
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stillwatch.evaluation.adapter import run_detector
from stillwatch.evaluation.stand import LogFiles
from stillwatch.service.range_compose import Wanted, range_compose
from stillwatch.service.range_score import Answer, Scored, range_score
from stillwatch.service.scan import scan
from stillwatch.service.settings import ScanSettings
from stillwatch.service.write_result import write_result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def range_run(
    wanted: Wanted,
    out: Path,
    *,
    seeds: tuple[int, ...],
    detector: str,
    progress: Callable[[str, int, int], None],
) -> Scored:
    """Score a detector on a scenario over seeds; `detector` is a command, empty = our own.

    The logs stay under `out`, one folder a seed, so that a result can be looked into.
    """
    answers = []
    for done, seed in enumerate(seeds):
        progress("seeds", done, len(seeds))
        folder = out / f"seed-{seed}"
        made = range_compose(replace(wanted, seed=seed), folder)
        files = LogFiles(folder / "log", made.accounts_path, made.authorised_path)
        result = folder / "result"
        campaigns = run_detector(detector, files, result) if detector else _own(files, result)
        answers.append(Answer(made.truth_path, campaigns))
    progress("seeds", len(seeds), len(seeds))
    return range_score(answers)


def _own(files: LogFiles, out: Path) -> Path:
    settings = ScanSettings(
        logs=(str(files.log),), store=out / "store", accounts=files.accounts, authorised=files.authorised
    )
    found = scan(settings, clock=lambda: datetime.now(UTC), progress=lambda _stage, _done, _total: None)
    return write_result(found, out).campaigns
