"""How much students learn where defences are held beside one another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class DefenceSizes:
    answers: int = 600
    """Few, so that what log-probabilities add to text shows."""
    steps: int = 300
    """Of training on them."""
    worked: int = 3_000
    """Answers to the task that takes steps."""
    worked_steps: int = 500
    worked_batch: int = 64
    asked: int = 1_000
    """Questions to each student of that task."""


DEFENCES: Final = DefenceSizes()
