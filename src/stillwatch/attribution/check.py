"""What must hold before a claim is made, and what is said when it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.attribution.holm import holm
from stillwatch.attribution.p_text import p_text
from stillwatch.attribution.plan import PlanStanding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.decoys import DecoyReport

CLEAN_ALPHA: Final = 0.01
"""Family-wise error at which a clean control is taken for marked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    name: str
    has_passed: bool
    said: str
    """What was seen, with its figures."""
    mend: str
    """What to do when it has not passed."""


class Control(NamedTuple):
    """A clean control, and the p-value (log10) that each test of the plan gave on it."""

    name: str
    log10_ps: tuple[float, ...]


def check_controls(controls: Sequence[Control]) -> Check:
    """No clean control may look marked: Holm over all controls and tests, every p-value told.

    The lowest of many clean p-values is small by chance, so they are corrected; no control at all does not pass.
    """
    values = [one for control in controls for one in control.log10_ps]
    adjusted = holm(values, tried=len(values))
    lowest = min(adjusted, default=0.0)
    told = "; ".join(f"{one.name}: " + ", ".join(p_text(p) for p in one.log10_ps) for one in controls)
    return Check(
        name="controls",
        has_passed=len(values) > 0 and lowest > np.log10(CLEAN_ALPHA),
        said=f"{len(controls)} clean controls, lowest p {p_text(lowest)} after Holm's correction ({told})"
        if values
        else "no clean control was tested",
        mend="test the suspect's base model or a release older than the key; if it is low too, the text or the "
        "tokens repeat in a way that the test does not know",
    )


def check_decoys(report: DecoyReport) -> Check:
    """Keys that nothing was marked with must fall below .05 and .01 as often as chance has it."""
    shares = ", ".join(
        f"{one.share:.4f} at {one.level} (band {one.lowest:.4f} to {one.highest:.4f})" for one in report.cells
    )
    return Check(
        name="decoys",
        has_passed=report.is_within_band,
        said=f"{report.keys:,} decoy keys: {shares}; Monte-Carlo p {report.monte_carlo_p:.4g}",
        mend="the test is not what it says on this text: look for repeats that it counts twice, or another tokenizer",
    )


def check_standing(standing: PlanStanding, differs: Sequence[str] = ()) -> Check:
    """The plan must have been in the log before the first score; `differs`: what was run otherwise."""
    otherwise = f"; run otherwise than planned: {', '.join(differs)}" if differs else ""
    return Check(
        name="plan",
        has_passed=standing is PlanStanding.CONFIRMATORY,
        said=f"the run is {standing.value}{otherwise}",
        mend="put the plan into the transparency log, then take new text of the suspect and score that",
    )
