"""Scan the keys that a dossier hands out, by its recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.logs.export_keys import ACCOUNTS_FILE
from stillwatch.service.evidence.rerun_recipe import LEDGER_FILE
from stillwatch.service.scan import scan
from stillwatch.service.settings import ScanSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from stillwatch.core.campaign import ScanResult
    from stillwatch.service.evidence.rerun_recipe import Recipe
    from stillwatch.service.scan import Progress


def scan_keys(
    folder: Path, recipe: Recipe, *, clock: Callable[[], datetime], progress: Progress, workers: int = 1
) -> ScanResult:
    """Scan the keys as the recipe says."""
    settings = ScanSettings(
        store=folder,
        accounts=folder / ACCOUNTS_FILE if recipe.settings["accounts"] else None,
        authorised=folder / LEDGER_FILE if recipe.settings["authorised"] else None,
        fdr=recipe.settings["fdr"],
        seed=recipe.settings["seed"],
        workers=workers,
        keeps_summaries=False,
    )
    return scan(settings, clock=clock, progress=progress)
