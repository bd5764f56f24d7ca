"""The shape of a harvest, told without reading a word.

Sees: single turns, prompts that are hardly ever repeated and hardly ever sent by two members, long replies, all hours
of the day alike, large volume. Each is ordinary by itself; the points are in the table below.
Why: a harvest works through a list once, as fast as the pool allows.
Looks the same: batch labelling, a nightly evaluation, a synthetic-data customer; those are not dealt out over accounts.
Evaded by: multi-turn disguises, sleeping hours, repeats; each costs yield.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.shape import Shape, shape_of
from stillwatch.detection.signal import Finding, Signal
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.detection.scene import Scene, Suspects

NAME = "harvest_shape"
_LEAST_POINTS: Final = 0.7
# What is asked, the points it brings, how it reads.
_POINTS: Final[tuple[tuple[Callable[[Shape], bool], float, str], ...]] = (
    (lambda shape: shape.single_turn_share >= 0.85, 0.2, "single questions without a conversation"),
    (lambda shape: shape.overlap <= 0.1, 0.2, "hardly a prompt is sent by two members"),
    (lambda shape: shape.own_repeat_share <= 0.1, 0.15, "no account repeats itself"),
    (lambda shape: shape.quiet_share >= 0.15, 0.15, "all hours of the day alike"),
    (lambda shape: shape.median_output_tokens >= max(150.0, 0.8 * shape.usual_output_tokens), 0.15, "long replies"),
    (lambda shape: shape.exchanges >= 500, 0.15, "a large volume together"),
)


def harvest_points(shape: Shape) -> float:
    """Points of a shape, 0..1."""
    return sum(points for asks, points, _ in _POINTS if asks(shape))


def _see(scene: Scene, suspects: Suspects) -> Finding | None:
    shape = shape_of(scene, suspects)
    points = harvest_points(shape)
    if points < _LEAST_POINTS:
        return None
    reasons = ", ".join(words for asks, _, words in _POINTS if asks(shape))
    evidence = Evidence(
        family=Family.CONTENT,
        source=NAME,
        score=points,
        p_value=1.0,
        because=f"the traffic has the shape of a harvest: {reasons}",
        accounts=suspects.size,
        exchanges=suspects.exchanges,
    )
    return Finding(signal=NAME, role="response_harvest", weight=0.6, share=points, evidence=evidence)


SIGNAL = Signal(
    name=NAME,
    status="stable",
    reads=("started_at",),
    see=_see,
    cases=(
        Case(
            name="single questions, never repeated, at all hours, with long replies",
            fires=True,
            make=lambda: town().fleet(20),
        ),
        Case(
            name="short conversations in office hours",
            fires=False,
            make=lambda: town().people(20).conversing(0.5).within_hours(9, 18).answered_in(30),
        ),
    ),
)
