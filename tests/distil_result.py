"""What `stillwatch range distil` wrote for one seed, as small as it can be."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from stillwatch.evaluation.distil.distil_sizes import DEMO

ROW: dict[str, Any] = {
    "student": "gumbel-050",
    "variant": "gumbel",
    "key": "cohort/gumbel/2026-11-16",
    "marked_percent": 50,
    "rule": "mode",
    "tokens": 20_000,
    "loss": 2.845,
    "plan_leaf": 3,
    "contexts": 1289,
    "log10_p": -10.0,
    "adjusted_log10_p": -9.5,
    "decoy_cells": [{"level": 0.05, "share": 0.04, "lowest": 0.037, "highest": 0.064}],
    "controls": {"teacher-plain": -0.3},
    "corpora": {"text": -0.1},
    "curve": [{"tokens": 500, "log10_p": -1.0}, {"tokens": 20_000, "log10_p": -10.0}],
    "verdict": "dependent",
}


def distil_result(seed: int = 7, *rows: dict[str, Any], experiment: str = "shares") -> dict[str, Any]:
    return {
        "schema": "stillwatch.distil/2",
        "settings": {"seed": seed, "text": "invented", "sizes": asdict(DEMO)},
        "symbols": 128,
        "parameters": 108_288,
        "teacher_loss": 2.687,
        "experiments": {experiment: {"tests": list(rows) or [ROW]}},
    }
