"""p-values of students over several seeds, as a small SVG: a dot for each median, a line from least to largest.

Path("spread.svg").write_text(draw_spread(result))
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from markupsafe import escape

from stillwatch.attribution.p_text import p_text
from stillwatch.evaluation.distil.spread import LOG10_ALPHA

if TYPE_CHECKING:
    from collections.abc import Iterator

_WIDTH: Final = 760
_LEFT, _RIGHT, _TOP, _ROW = 330, 90, 46, 24
_COLOURS: Final = {"mode": "#5b6570", "mode_log": "#1a5fb4", "pairs2": "#2e7d32"}
_STYLE: Final = "font: 13px system-ui, sans-serif; fill: #1c2126"


def draw_spread(result: dict[str, Any]) -> str:
    """One line for each test of each experiment."""
    rows = [row for found in result["experiments"].values() for row in found]
    scale = _Scale(max([10.0] + [-row["log10_p"]["lowest"] for row in rows]))
    height = _TOP + len(rows) * _ROW + 40
    parts = [*_grid(scale, height), *(part for at, row in enumerate(rows) for part in _drawn(scale, row, at))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" style="{_STYLE}" role="img" '
        'aria-label="p-values of students, median and range over seeds">'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


class _Scale:
    """Evidence, as powers of ten below 1, on a square root: weak results stay apart, strong ones fit."""

    def __init__(self, most: float) -> None:
        self.most = most

    def x(self, log10_p: float) -> float:
        return _LEFT + math.sqrt(min(-log10_p, self.most) / self.most) * (_WIDTH - _LEFT - _RIGHT)


def _grid(scale: _Scale, height: int) -> Iterator[str]:
    for power in (2, 10, 30, 100, 300, 1000):
        if power > scale.most:
            break
        x = scale.x(-power)
        dash = ' stroke-dasharray="4 3" stroke="#b3261e"' if power == -LOG10_ALPHA else ' stroke="#d8dce0"'
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 12}" y2="{height - 36}"{dash}/>'
        yield f'<text x="{x:.1f}" y="{height - 20}" text-anchor="middle" font-size="11">{p_text(-power)}</text>'
    yield f'<text x="{_LEFT}" y="20">p before correction: median, and from least to largest over seeds</text>'


def _drawn(scale: _Scale, row: dict[str, Any], at: int) -> Iterator[str]:
    y, p = _TOP + at * _ROW, row["log10_p"]
    colour = _COLOURS.get(row["rule"], "#5b6570")
    name = f"{row['student']}, {row['layer']}, {row['rule']}, {row['tokens']:,} tokens"
    yield f'<text x="{_LEFT - 12}" y="{y + 4}" text-anchor="end" font-size="12">{escape(name)}</text>'
    ends = (scale.x(p["highest"]), scale.x(p["lowest"]))
    yield f'<line x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="3"/>'
    yield f'<circle cx="{scale.x(p["median"]):.1f}" cy="{y}" r="5" fill="{colour}"/>'
    found = f"{row['found']} of {row['seeds']}"
    yield f'<text x="{_WIDTH - 10}" y="{y + 4}" text-anchor="end" font-size="12">{found}</text>'
