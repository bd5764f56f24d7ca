"""A picture of several students under one rule: the p-value of each as its text came in.

Places along the axis are percentages and heights are pixels, as in `attribution_chart`. Tokens are drawn in powers of
ten; evidence (powers of ten below 1) on a square root, so that weak results stay apart and strong ones fit.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from stillwatch.attribution.p_text import p_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Curve = Sequence[tuple[int, float]]
    """Tokens and log10 p, by tokens."""

_PLOT: Final = 230
_TOP: Final = 16
_FIRST, _WIDEST = 9, 70
"""Percent of the width between which lines run; before them stand p-values, behind them names."""
_APART: Final = 16
"""Pixels between two names."""
_LEVELS: Final = (-2.0, -4.0, -10.0, -30.0, -100.0, -300.0, -1000.0)


class DistilChart(NamedTuple):
    svg: Markup
    height: int
    text: str
    """What the picture shows, for who cannot see it."""


def draw_students(curves: Mapping[str, Curve]) -> DistilChart:
    """One line for each student, by name; none may be empty."""
    tokens = [n for curve in curves.values() for n, _ in curve]
    scale = _Scale(min(tokens), max(tokens), max(10.0, *(-p for curve in curves.values() for _, p in curve)))
    names = _names_apart({name: scale.y(curve[-1][1]) for name, curve in curves.items()})
    lines = Markup("").join(_line(scale, name, curve, names[name]) for name, curve in curves.items())
    told = "; ".join(f"{name} {p_text(curve[-1][1])}" for name, curve in curves.items())
    height = max(_TOP + _PLOT + 24, int(max(names.values())) + 12)
    return DistilChart(_grid(scale) + lines, height, f"After {max(tokens):,} tokens the p-values are: {told}.")


class _Scale(NamedTuple):
    fewest: int
    most: int
    strongest: float

    def x(self, tokens: int) -> float:
        reach = math.log(self.most / self.fewest) or 1.0
        return _FIRST + math.log(tokens / self.fewest) / reach * (_WIDEST - _FIRST)

    def y(self, log10_p: float) -> float:
        return _TOP + _PLOT - math.sqrt(min(-log10_p, self.strongest) / self.strongest) * _PLOT


def _names_apart(places: Mapping[str, float]) -> dict[str, float]:
    """Heights of names, in the order of their lines, from the lowest on."""
    out: dict[str, float] = {}
    above = float(_TOP + _PLOT + _APART)
    for name, place in sorted(places.items(), key=lambda one: -one[1]):
        above = min(place, above - _APART)
        out[name] = above
    return out


def _line(scale: _Scale, name: str, curve: Curve, name_y: float) -> Markup:
    placed = [(scale.x(n), scale.y(p)) for n, p in curve]
    joined = Markup("").join(
        Markup('<line class="axis" x1="{:.2f}%" y1="{:.1f}" x2="{:.2f}%" y2="{:.1f}" stroke="currentColor"/>').format(
            *one, *other
        )
        for one, other in pairwise(placed)
    )
    dots = Markup("").join(
        Markup('<circle class="bars exchanges" cx="{:.2f}%" cy="{:.1f}" r="3"/>').format(x, y) for x, y in placed
    )
    label = Markup('<text class="scale" x="{:.2f}%" y="{:.1f}">{}, {}</text>').format(
        _WIDEST + 1.5, name_y + 4, name, p_text(curve[-1][1])
    )
    return joined + dots + label


def _grid(scale: _Scale) -> Markup:
    levels = Markup("").join(
        Markup(
            '<line class="{4}" x1="{0}%" x2="{1}%" y1="{2:.1f}" y2="{2:.1f}"/>'
            '<text class="tick" x="{0}%" y="{2:.1f}" dx="-8" dy="4" text-anchor="end">{3}</text>'
        ).format(_FIRST, _WIDEST, scale.y(level), p_text(level), "release" if level == _LEVELS[0] else "grid")
        for level in _shown(scale)
    )
    base = Markup('<line class="base" x1="{0}%" x2="{1}%" y1="{2}" y2="{2}"/>').format(_FIRST, _WIDEST, _TOP + _PLOT)
    ends = Markup("").join(
        Markup('<text class="tick" x="{:.2f}%" y="{}" text-anchor="{}">{:,} tokens</text>').format(
            scale.x(n), _TOP + _PLOT + 18, anchor, n
        )
        for n, anchor in ((scale.fewest, "start"), (scale.most, "end"))
    )
    return levels + base + ends


def _shown(scale: _Scale) -> list[float]:
    """The levels that have room for their names: the first, and each that is far enough from the last one shown."""
    shown = [_LEVELS[0]]
    for level in _LEVELS[1:]:
        if -level <= scale.strongest and scale.y(shown[-1]) - scale.y(level) >= _APART:
            shown.append(level)
    return shown
