"""What for: do the group's exchanges serve a harvest? Weights of signals are added up to 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.detection.signal import Finding, Signal

LEAST_PURPOSE: Final = 0.5
"""Harvest shape alone reaches it; a role needs a second sign beside it, unless it is the role of a whole pipeline
stage."""


def findings_of(scene: Scene, suspects: Suspects, signals: tuple[Signal, ...]) -> tuple[Finding, ...]:
    """What every signal saw in the group, the weightiest first."""
    seen = [found for signal in signals if (found := signal.see(scene, suspects)) is not None]
    return tuple(sorted(seen, key=lambda one: (-one.weight * one.share, one.signal)))


def purpose(findings: tuple[Finding, ...]) -> float:
    """How far the group harvests, 0..1."""
    return min(1.0, sum(found.weight for found in findings))


def serves(scene: Scene, suspects: Suspects, signals: tuple[Signal, ...], least: float) -> bool:
    """Whether the group's purpose is at least `least`: asks one signal after the other until it is."""
    reached = 0.0
    for signal in signals:
        found = signal.see(scene, suspects)
        reached += found.weight if found is not None else 0.0
        if reached >= least:
            return True
    return False
