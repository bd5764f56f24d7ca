"""What an experiment with small students is run with."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from stillwatch.evaluation.distil.distil_sizes import DEMO, SHARES, DistilSizes
from stillwatch.evaluation.distil.experiment import Experiment
from stillwatch.evaluation.distil.variant import VARIANTS

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class DistilSettings:
    out: Path
    seed: int = 1
    experiments: tuple[Experiment, ...] = (Experiment.SHARES,)
    variants: tuple[str, ...] = (VARIANTS[0].name,)
    """How answers are marked, by name, where an experiment tries several ways."""
    shares: tuple[int, ...] = SHARES
    """Percent of marked answers in what a student learns."""
    text: Path | None = None
    """Text to learn from; without it, that of an invented language."""
    sizes: DistilSizes = DEMO
    device: str = "cpu"
    """`cpu`, `cuda`, or `auto`: a GPU where there is one."""


def told_settings(settings: DistilSettings) -> dict[str, Any]:
    """What decides the stages, as they are kept: one folder may be used for one experiment after another."""
    text = hashlib.sha256(settings.text.read_bytes()).hexdigest() if settings.text else "invented"
    return {"seed": settings.seed, "text": text, "sizes": asdict(settings.sizes)}
