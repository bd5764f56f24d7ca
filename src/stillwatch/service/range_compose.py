"""Compose a labelled log to judge detectors on.

made = range_compose("rate_026", Path("log"), seed=1)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stillwatch.evaluation.compose import Composed, Layout, LogFormat, Progress, compose, unseen
from stillwatch.evaluation.library import find_scenario

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to compose, and how."""

    scenario: str
    """Name in the library, or path of a TOML file."""
    seed: int | None = None
    """None = the scenario's own."""
    scale: float = 1.0
    """Times the accounts of every population."""
    corpora: Path | None = None
    """Folder of prompt files, traces and ranges."""
    format: LogFormat = "litellm"
    files: int = 1


def range_compose(wanted: Wanted, out: Path, progress: Progress = unseen) -> Composed:
    """Write log/, accounts.csv, authorised.toml and, apart from them, truth.parquet under `out`.

    Raises:
        InputError: There is no such scenario, it is wrong, or it needs corpora that are not there.
    """
    scenario = find_scenario(wanted.scenario).scaled(wanted.scale)
    seed = scenario.seed if wanted.seed is None else wanted.seed
    layout = Layout(format=wanted.format, files=wanted.files)
    return compose(scenario, out, seed=seed, corpora=wanted.corpora, layout=layout, progress=progress)
