"""Score what any detector reported on composed logs.

scored = range_score([Answer(truth=Path("log/truth.parquet"), campaigns=Path("campaigns.json"))])
scored.summary.recall.mean
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from stillwatch.core.errors import InputError
from stillwatch.evaluation.adapter import run_detector
from stillwatch.evaluation.exposure import Exposure, exposures
from stillwatch.evaluation.replay import cut_log
from stillwatch.evaluation.score import Score, read_reported, read_truth, score
from stillwatch.evaluation.summary import Summary, summarise
from stillwatch.evaluation.warnings import WarningScore, read_precursors, score_warnings
from stillwatch.service.document import to_document
from stillwatch.service.scan import scan
from stillwatch.service.settings import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


class Answer(NamedTuple):
    """A composed log's truth, and what a detector reported on that log."""

    truth: Path
    campaigns: Path


class Scored(NamedTuple):
    scores: tuple[Score, ...]
    summary: Summary
    warnings: tuple[WarningScore, ...] = ()
    """One for each of the scores."""


def range_score(answers: Sequence[Answer]) -> Scored:
    """Score every answer, and all of them together; each is taken for one seed.

    Raises:
        InputError: There is nothing to score, or a file is not what it should be.
    """
    if not answers:
        raise InputError("nothing to score", mend="name a truth.parquet and a campaigns.json")
    documents = [read_reported(one.campaigns) for one in answers]
    scores = tuple(score(read_truth(one.truth), said) for one, said in zip(answers, documents, strict=True))
    warnings = (score_warnings(read_precursors(one.truth), said) for one, said in zip(answers, documents, strict=True))
    return Scored(scores, summarise([asdict(one) for one in scores]), tuple(warnings))


def range_exposure(folder: Path, work: Path, *, step_h: float = 24.0, detector: str = "") -> tuple[Exposure, ...]:
    """Replay a composed log in order of time: how much was taken before each campaign was first flagged.

    `detector` is a command ("command {log} {out}"), empty = our own; every moment that is tried is a run of it over
    what the log held before that moment, under `work`.
    """
    if detector:
        return exposures(folder / "truth.parquet", _theirs(folder, work, detector), step_h)
    return exposures(folder / "truth.parquet", _ours(folder, work / "store"), step_h)


def _theirs(folder: Path, work: Path, command: str) -> Callable[[int], dict[str, Any]]:
    def detect(until: int) -> dict[str, Any]:
        files = cut_log(folder, until, work / f"until-{until}")
        return read_reported(run_detector(command, files, work / f"result-{until}"))

    return detect


def _ours(folder: Path, store: Path) -> Callable[[int], dict[str, Any]]:
    """The store is read into once; every moment tried is a scan of what it holds before that moment."""
    settings = ScanSettings(
        logs=(str(folder / "log"),),
        store=store,
        accounts=folder / "accounts.csv",
        authorised=folder / "authorised.toml",
    )
    once = {"logs": settings.logs}

    def detect(until: int) -> dict[str, Any]:
        found = scan(
            replace(settings, logs=once.pop("logs", ()), until=until),
            clock=lambda: datetime.now(UTC),
            progress=lambda _stage, _done, _total: None,
        )
        return to_document(found)

    return detect
