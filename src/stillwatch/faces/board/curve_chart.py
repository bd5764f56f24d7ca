"""Recall and precision along one axis of difficulty, with intervals over seeds, as a small SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.evaluation.board_figures import Point
    from stillwatch.evaluation.intervals import Measure

_WIDTH: Final = 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 24, 14, 172
_TICKS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)


class CurveChart(NamedTuple):
    axis: str
    svg: Markup
    text: str
    """What it shows, for who cannot see it."""


def draw_curve(axis: str, points: Sequence[Point]) -> CurveChart:
    """Draw the points at even steps: the axis names levels, not a scale."""
    parts = [*_grid(), *_line(points, "recall", -3), *_line(points, "precision", 3), *_labels(points)]
    said = "; ".join(f"{one.label}: recall {_shown(one.recall)}, precision {_shown(one.precision)}" for one in points)
    svg = Markup(  # noqa: S704 # every text in it is escaped where it is made
        f'<svg viewBox="0 0 {_WIDTH} {_BOTTOM + 26}" role="img" aria-label="{escape(axis)}: {escape(said)}">'
        f"{''.join(parts)}</svg>"
    )
    return CurveChart(axis, svg, said)


def _shown(measure: Measure) -> str:
    if measure.mean is None:
        return "none"
    between = "" if measure.low is None else f" ({measure.low:.2f} to {measure.high:.2f})"
    return f"{measure.mean:.2f}{between}"


def _grid() -> Iterator[str]:
    for tick in _TICKS:
        y = _y(tick)
        yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{tick:g}</text>'


def _line(points: Sequence[Point], name: str, shift: int) -> Iterator[str]:
    places = [(_x(number, len(points)) + shift, getattr(one, name)) for number, one in enumerate(points)]
    known = [(x, measure) for x, measure in places if measure.mean is not None]
    path = " ".join(f"{x:.1f},{_y(measure.mean):.1f}" for x, measure in known)
    yield f'<polyline class="{name}" points="{path}"/>'
    for x, measure in known:
        if measure.low is not None and measure.high - measure.low > 0.005:
            low, high = _y(measure.low), _y(measure.high)
            yield f'<path class="{name} spread" d="M{x - 3:.1f} {low:.1f}h6m-3 0V{high:.1f}m-3 0h6"/>'
        yield _mark(name, x, _y(measure.mean))


def _mark(name: str, x: float, y: float) -> str:
    if name == "recall":
        return f'<circle class="{name} mark" cx="{x:.1f}" cy="{y:.1f}" r="3.6"/>'
    return f'<rect class="{name} mark" x="{x - 3.2:.1f}" y="{y - 3.2:.1f}" width="6.4" height="6.4"/>'


def _labels(points: Sequence[Point]) -> Iterator[str]:
    for number, one in enumerate(points):
        x = _x(number, len(points))
        yield f'<text x="{x:.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{escape(one.label)}</text>'


def _x(number: int, count: int) -> float:
    inner = _WIDTH - _LEFT - _RIGHT - 40
    return _LEFT + 20 + (inner * number / (count - 1) if count > 1 else inner / 2)


def _y(value: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * value
