"""How good students are under each defence, over several seeds, as a small SVG: a dot for each median, and its range.

Path("defences.svg").write_text(draw_defences(spread))
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.evaluation.distil.quality import QualitySpread

_WIDTH: Final = 760
_LEFT, _RIGHT, _ROW, _HEAD, _FOOT = 250, 80, 24, 44, 34
_TICKS: Final = 4
_COLOURS: Final = {"excess": "#1a5fb4", "right": "#2e7d32", "right, one turn": "#8a949e"}
_TITLES: Final = {
    "excess": "loss above the teacher's, nats a token: further left is a better student",
    "right": "share of right answers: further right is better; grey: no steps needed",
}
_STYLE: Final = "font: 13px system-ui, sans-serif; fill: #1c2126"


class _Panel(NamedTuple):
    group: str
    rows: list[QualitySpread]
    least: float
    most: float

    def x(self, value: float) -> float:
        return _LEFT + (value - self.least) / (self.most - self.least) * (_WIDTH - _LEFT - _RIGHT)

    @property
    def defences(self) -> list[str]:
        return list(dict.fromkeys(row.defence for row in self.rows))


def draw_defences(spread: Sequence[QualitySpread]) -> str:
    """A panel for each group, a line in it for each defence."""
    panels = [_panel(group, list(rows)) for group, rows in groupby(spread, key=lambda row: row.group)]
    parts, top = [], 0
    for panel in panels:
        parts += list(_drawn(panel, top))
        top += _HEAD + len(panel.defences) * _ROW + _FOOT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top}" style="{_STYLE}" role="img" '
        'aria-label="Quality of students under each defence, median and range over seeds">'
        f'<rect width="100%" height="100%" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _panel(group: str, rows: list[QualitySpread]) -> _Panel:
    if rows[0].measure != "excess":
        return _Panel(group, rows, 0.0, 1.0)
    return _Panel(group, rows, min(0.0, *(row.lowest for row in rows)), 1.1 * max(row.highest for row in rows))


def _drawn(panel: _Panel, top: int) -> Iterator[str]:
    bottom = top + _HEAD + len(panel.defences) * _ROW
    measure = panel.rows[0].measure
    yield f'<text x="12" y="{top + 22}" font-weight="600">{escape(panel.group)}</text>'
    yield f'<text x="{_LEFT}" y="{top + 22}" font-size="11">{_TITLES[measure]}</text>'
    for tick in range(_TICKS + 1):
        value = panel.least + (panel.most - panel.least) * tick / _TICKS
        x, told = panel.x(value), f"{value:.2f}" if measure == "excess" else f"{value:.0%}"
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top + _HEAD - 10}" y2="{bottom - 6}" stroke="#d8dce0"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 10}" text-anchor="middle" font-size="11">{told}</text>'
    for at, defence in enumerate(panel.defences):
        yield from _row(panel, defence, top + _HEAD + at * _ROW)


def _row(panel: _Panel, defence: str, y: int) -> Iterator[str]:
    yield f'<text x="{_LEFT - 14}" y="{y + 4}" text-anchor="end" font-size="12">{escape(defence)}</text>'
    # The first measure is drawn last, on top.
    for row in reversed([row for row in panel.rows if row.defence == defence]):
        colour, ends = _COLOURS[row.measure], (panel.x(row.lowest), panel.x(row.highest))
        yield f'<line x1="{ends[0]:.1f}" x2="{ends[1]:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="3"/>'
        yield f'<circle cx="{panel.x(row.median):.1f}" cy="{y}" r="5" fill="{colour}"/>'
    median = next(row for row in panel.rows if row.defence == defence)
    told = f"{median.median:.3f}" if median.measure == "excess" else f"{median.median:.0%}"
    yield f'<text x="{_WIDTH - 12}" y="{y + 4}" text-anchor="end" font-size="12">{told}</text>'
