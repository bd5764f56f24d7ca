"""Write a small synthetic log to try stillwatch on: one campaign, honest customers, and several honest twins.

made = sample(Path("build/sample"), seed=7)
made.exchanges  # about 50,000
"""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from stillwatch.evaluation.compose import Composed, Layout, compose
from stillwatch.evaluation.scenario import load_scenario

if TYPE_CHECKING:
    from pathlib import Path


def sample(out: Path, *, seed: int = 7, scale: float = 1.0) -> Composed:
    """Compose the built-in sample under `out`: log/, accounts.csv, authorised.toml and, apart from them, truth.parquet.

    `scale` multiplies the accounts; the same seed and scale give the same bytes.
    """
    with as_file(files("stillwatch.evaluation") / "scenarios" / "sample.toml") as path:
        scenario = load_scenario(path).scaled(scale)
    return compose(scenario, out, seed=seed, corpora=None, layout=Layout(files=4, compress_last=True))
