"""An experiment so small that nothing is found and nobody waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stillwatch.evaluation.distil.distil_sizes import DistilSizes
from stillwatch.service.distil.bench import Bench
from stillwatch.service.distil.distil_settings import DistilSettings, told_settings
from stillwatch.service.distil.judge_student import open_vault
from stillwatch.service.distil.stages import Stages

if TYPE_CHECKING:
    from pathlib import Path

SIZES = DistilSizes(
    symbols=16,
    text_symbols=280,
    text_rows=60,
    held_out_rows=20,
    context=24,
    width=16,
    layers=1,
    heads=2,
    batch=8,
    teacher_steps=20,
    student_steps=20,
    answers=40,
    suspect_rows=30,
    tested_tokens=500,
)


def small_settings(out: Path, **options: Any) -> DistilSettings:
    return DistilSettings(out=out, **{"sizes": SIZES, "shares": (0, 100)} | options)


def opened(settings: DistilSettings) -> Stages:
    return Stages.open(settings.out, told_settings(settings))


def silent(stage: str, done: int, total: int) -> None:
    assert done <= total, stage


def bench_of(settings: DistilSettings) -> Bench:
    """With a teacher, which needs torch."""
    from stillwatch.service.distil.teach import teach

    return Bench(settings, teach(settings, opened(settings), silent), open_vault(settings.out))
