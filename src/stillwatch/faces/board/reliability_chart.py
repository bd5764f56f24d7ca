"""Stated confidence against the share that is true, one mark a bin, as a small SVG.

What lies on the diagonal can be believed.
"""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stillwatch.evaluation.reliability import Bin, Reliability

_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 336, 12, 252
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_LEAST_RADIUS, _MOST_RADIUS = 3.0, 10.0


class ReliabilityChart(NamedTuple):
    svg: Markup
    text: str
    """What it shows, for who cannot see it."""


def draw_reliability(found: Reliability) -> ReliabilityChart:
    """Draw the bins; the area of a mark grows with the members in it."""
    said = "; ".join(f"{one.stated:.2f} stated, {one.share:.2f} true of {one.members}" for one in found.bins)
    parts = [*_grid(), *_marks(found), *_axes()]
    svg = Markup(  # noqa: S704 # every text in it is escaped where it is made
        f'<svg viewBox="0 0 {_RIGHT + 14} {_BOTTOM + 42}" role="img" '
        f'aria-label="Confidence of members: {escape(said)}">'
        f"{''.join(parts)}</svg>"
    )
    return ReliabilityChart(svg, said)


def _grid() -> Iterator[str]:
    for tick in _TICKS:
        x, y = _x(tick), _y(tick)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>'
        yield f'<text x="{x:.1f}" y="{_BOTTOM + 17}" text-anchor="middle">{tick:g}</text>'
    yield f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'


def _marks(found: Reliability) -> Iterator[str]:
    path = " ".join(f"{_x(one.stated):.1f},{_y(one.share):.1f}" for one in found.bins)
    yield f'<polyline class="recall" points="{path}"/>'
    most = max((one.members for one in found.bins), default=1)
    for one in found.bins:
        yield (
            f'<circle class="recall mark" cx="{_x(one.stated):.1f}" cy="{_y(one.share):.1f}" '
            f'r="{_radius(one, most):.1f}"/>'
        )


def _radius(one: Bin, most: int) -> float:
    return _LEAST_RADIUS + (_MOST_RADIUS - _LEAST_RADIUS) * sqrt(one.members / most)


def _axes() -> Iterator[str]:
    yield f'<text x="{(_LEFT + _RIGHT) / 2}" y="{_BOTTOM + 36}" text-anchor="middle">stated confidence</text>'
    yield f'<text x="{_x(0.03)}" y="{_TOP + 12}">share truly of a campaign</text>'


def _x(value: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * value


def _y(value: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * value
