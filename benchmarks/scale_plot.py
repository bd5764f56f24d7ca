"""Seconds by size of the log, both on a logarithmic scale, as a small SVG: linear cost runs like the dashed line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_WIDTH: Final = 640
_HEIGHT: Final = 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 200, 24, 350
_COLOURS: Final = ("#5b6570", "#b3261e", "#1a5fb4", "#2e7d32")
_STYLE: Final = "font: 13px system-ui, sans-serif; fill: #1c2126"


def draw_scale(sizes: Mapping[str, Mapping[str, Any]], steps: Mapping[str, str]) -> str:
    """Draw the wall time of each step; `sizes` by million exchanges, each with what was measured by step."""
    lines = {
        step: [(float(size), found[step]["wall_s"]) for size, found in sizes.items() if step in found] for step in steps
    }
    points = [point for line in lines.values() for point in line]
    axes = _Axes([x for x, _ in points], [y for _, y in points])
    parts = [*_grid(axes), *_linear(axes)]
    for colour, (step, line) in zip(_COLOURS, lines.items(), strict=True):
        parts += _line(axes, line, steps[step], colour)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" style="{_STYLE}" role="img" '
        'aria-label="Seconds by size of the log"><rect width="100%" height="100%" fill="#fff"/>'
        f"{''.join(parts)}</svg>\n"
    )


class _Axes:
    """Places on the picture; each axis spans whole powers, of 4 across and of 10 upwards."""

    def __init__(self, sizes: list[float], seconds: list[float]) -> None:
        self.sizes = sorted(set(sizes))
        self._left, self._right = math.log(self.sizes[0]) - 0.3, math.log(self.sizes[-1]) + 0.3
        low, high = math.log10(max(min(seconds), 1e-3)), math.log10(max(*seconds, 1e-3))
        self.decades = range(math.floor(low), max(math.ceil(high), math.floor(low) + 1) + 1)

    def x(self, size: float) -> float:
        return _LEFT + (math.log(size) - self._left) / (self._right - self._left) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, seconds: float) -> float:
        low, high = self.decades[0], self.decades[-1]
        share = (math.log10(max(seconds, 1e-3)) - low) / (high - low)
        return _BOTTOM - share * (_BOTTOM - _TOP)


def _grid(axes: _Axes) -> Iterator[str]:
    for decade in axes.decades:
        y = axes.y(10.0**decade)
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#d8dde2"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:g} s</text>'
    for size in axes.sizes:
        yield f'<text x="{axes.x(size):.1f}" y="{_BOTTOM + 22}" text-anchor="middle">{size:g}</text>'
    yield f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_BOTTOM + 42}" text-anchor="middle">million exchanges</text>'


def _linear(axes: _Axes) -> Iterator[str]:
    """A dashed line of proportional cost through the lower left corner, as far as it stays within."""
    first, last = axes.sizes[0], axes.sizes[-1]
    low, high = 10.0 ** axes.decades[0], 10.0 ** axes.decades[-1]
    last = min(last, first * high / low)
    yield (
        f'<path d="M{axes.x(first):.1f} {axes.y(low):.1f}L{axes.x(last):.1f} {axes.y(low * last / first):.1f}" '
        'stroke="#8a949e" stroke-dasharray="5 4" fill="none"/>'
    )


def _line(axes: _Axes, line: list[tuple[float, float]], label: str, colour: str) -> Iterator[str]:
    if not line:
        return
    path = " ".join(f"{axes.x(size):.1f},{axes.y(seconds):.1f}" for size, seconds in line)
    yield f'<polyline points="{path}" stroke="{colour}" stroke-width="2" fill="none"/>'
    for size, seconds in line:
        yield f'<circle cx="{axes.x(size):.1f}" cy="{axes.y(seconds):.1f}" r="3.6" fill="{colour}"/>'
    size, seconds = line[-1]
    yield f'<text x="{axes.x(size) + 10:.1f}" y="{axes.y(seconds) + 4:.1f}" fill="{colour}">{label}</text>'
