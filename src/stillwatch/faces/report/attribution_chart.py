"""Pictures of a test: the p-value as text came in, and where the real key stands among keys that mark nothing.

Places along the axis are percentages and heights are pixels, as in `timeline_chart`.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from stillwatch.attribution.p_text import p_text

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLOT: Final = 150
_TOP: Final = 22
_BINS: Final = 40


class AttributionChart(NamedTuple):
    svg: Markup
    height: int
    text: str
    """What the picture shows, for who cannot see it."""


def draw_curve(points: Sequence[tuple[int, float]], log10_alpha: float) -> AttributionChart:
    """The p-value against the tokens that were scored, both in powers of ten; a line at alpha."""
    low, high = math.log10(points[0][0]), math.log10(points[-1][0])
    most = max(-min(one for _, one in points), -log10_alpha) * 1.1
    placed = [((math.log10(n) - low) / max(high - low, 1e-9) * 96 + 2, _height(-one, most)) for n, one in points]
    dots = Markup("").join(
        Markup('<circle class="bars banned" cx="{:.2f}%" cy="{:.1f}" r="3.5"/>').format(x, y) for x, y in placed
    )
    joined = Markup("").join(
        Markup('<line class="base" x1="{:.2f}%" y1="{:.1f}" x2="{:.2f}%" y2="{:.1f}"/>').format(*one, *other)
        for one, other in pairwise(placed)
    )
    labels = Markup("").join(
        Markup('<text class="tick" x="{:.2f}%" y="{}" text-anchor="{}">{:,}</text>').format(
            x, _TOP + _PLOT + 18, "start" if at == 0 else "end" if at == len(points) - 1 else "middle", n
        )
        for at, ((n, _), (x, _y)) in enumerate(zip(points, placed, strict=True))
        if at in (0, len(points) // 2, len(points) - 1)
    )
    last = Markup('<text class="scale" x="98%" y="{:.1f}" text-anchor="end">p {}</text>').format(
        placed[-1][1] - 10, p_text(points[-1][1])
    )
    text = f"After {points[-1][0]:,} tokens the p-value is {p_text(points[-1][1])}; higher is less likely by chance."
    parts = (_level(-log10_alpha, most, f"alpha, {p_text(log10_alpha)}"), joined, dots, last, _base(), labels)
    return AttributionChart(Markup("").join(parts), _TOP + _PLOT + 24, text)


def draw_decoys(log10_ps: Sequence[float], real: float) -> AttributionChart:
    """How many decoy keys had which p-value, in powers of ten, and where the real key is."""
    far = max(-min(log10_ps), -real, 3.0) * 1.02
    shown = min(far, max(-min(log10_ps) * 1.6, 4.0))
    counts = [0] * _BINS
    for one in log10_ps:
        counts[min(_BINS - 1, int(-one / shown * _BINS))] += 1
    most = math.log10(max(counts) + 1)
    heights = [math.log10(count + 1) / most * _PLOT for count in counts]
    bars = Markup("").join(
        Markup('<rect class="bars exchanges" x="{:.2f}%" y="{:.1f}" width="{:.2f}%" height="{:.1f}"/>').format(
            at / _BINS * 96, _TOP + _PLOT - height, 96 / _BINS * 0.86, height
        )
        for at, height in enumerate(heights)
        if height
    )
    x = min(-real / shown, 1.0) * 96
    beyond = " (beyond the edge)" if -real > shown else ""
    mark = Markup(
        '<line class="release" x1="{0:.2f}%" x2="{0:.2f}%" y1="{1}" y2="{2}"/>'
        '<text class="scale" x="{0:.2f}%" y="{3}" text-anchor="{4}">real key, {5}{6}</text>'
    ).format(x, _TOP, _TOP + _PLOT, _TOP - 6, "end" if x > 48 else "start", p_text(real), beyond)  # the middle
    ticks = Markup("").join(
        Markup('<text class="tick" x="{:.2f}%" y="{}" text-anchor="start">{}</text>').format(
            power / shown * 96, _TOP + _PLOT + 18, p_text(-power)
        )
        for power in range(0, int(shown) + 1, max(1, int(shown) // 5))
    )
    text = f"{len(log10_ps):,} decoy keys by p-value; the real key's is {p_text(real)}."
    return AttributionChart(Markup("").join((bars, mark, _base(), ticks)), _TOP + _PLOT + 24, text)


def _height(value: float, most: float) -> float:
    return _TOP + _PLOT - value / max(most, 1e-9) * _PLOT


def _level(value: float, most: float, label: str) -> Markup:
    y = _height(value, most)
    return Markup(
        '<line class="release" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>'
        '<text class="scale" x="0" y="{1:.1f}">{2}</text>'
    ).format(y, y - 5, label)


def _base() -> Markup:
    return Markup('<line class="base" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(_TOP + _PLOT)
