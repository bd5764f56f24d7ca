"""What left one host, day by day against its budget, and summed up against the size of its weights.

Places along the axis are percentages and heights are pixels, as in `timeline_chart`.
"""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

from markupsafe import Markup

from stillwatch.evidence.size_in_words import size_in_words
from stillwatch.faces.report.wording import day, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.egress import EgressDay, HostEgress

_MOST_DAYS: Final = 400
_PLOT: Final = 120
_TOP: Final = 22
_LABELS: Final = 6


class EgressChart(NamedTuple):
    svg: Markup
    height: int
    text: str
    """What the picture shows, for who cannot see it."""
    notes: tuple[str, ...]
    """What is not drawn."""


def draw_egress_days(host: HostEgress) -> EgressChart:
    """Bars of the days: declared destinations below, others above them; a line at the budget."""
    days = host.days[-_MOST_DAYS:]
    budget = host.budget.day_bytes or 0
    most = max([budget, *(one.allowed_bytes + one.other_bytes for one in days), 1]) * 1.04
    bars = [_bars(days, [0] * len(days), [one.allowed_bytes for one in days], most, "exchanges")]
    bars.append(_bars(days, [one.allowed_bytes for one in days], [one.other_bytes for one in days], most, "banned"))
    worst = max(days, key=lambda one: one.allowed_bytes + one.other_bytes)
    worst_size = size_in_words(worst.allowed_bytes + worst.other_bytes)
    line = _level(budget, most, f"{size_in_words(budget)} a day are declared") if budget else Markup("")
    most_on = f"the most, {worst_size}, on {day(worst.starts_at)}"
    text = f"What left {host.budget.name} on {plural(len(days), 'day')}; {most_on}."
    return EgressChart(Markup("").join((*bars, line, _ticks(days))), _TOP + _PLOT + 24, text, _notes(host, days))


def draw_egress_sum(host: HostEgress) -> EgressChart:
    """What went to destinations that are not declared, summed up from the first day on; a line at a copy's size."""
    days = host.days[-_MOST_DAYS:]
    before = sum(one.other_bytes for one in host.days[: -len(days)])
    sums = [before + one for one in accumulate(day.other_bytes for day in days)]
    copy = round(host.budget.copy_share * host.budget.weights_bytes)
    most = max(copy, *sums) * 1.04
    label = f"{size_in_words(copy)}: a copy of {host.budget.copy_share:.0%} of the weights' size"
    parts = (_bars(days, [0] * len(days), sums, most, "banned"), _level(copy, most, label), _ticks(days))
    text = f"What destinations that are not declared were sent adds up to {size_in_words(sums[-1])}; {label}."
    return EgressChart(Markup("").join(parts), _TOP + _PLOT + 24, text, _notes(host, days))


def _bars(days: Sequence[EgressDay], below: Sequence[int], values: Sequence[int], most: float, kind: str) -> Markup:
    scale = _PLOT / most
    path = "".join(
        f"M{at + 0.1:.1f} {_PLOT - low * scale:.2f}v-{max(0.8, value * scale):.2f}h.8V{_PLOT - low * scale:.2f}z"
        for at, (low, value) in enumerate(zip(below, values, strict=True))
        if value
    )
    return Markup(
        '<svg y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="bars {}" d="{}"/></svg>'
    ).format(_TOP, _PLOT, len(days), _PLOT, kind, path)


def _level(value: float, most: float, label: str) -> Markup:
    y = _TOP + _PLOT - value / most * _PLOT
    return Markup(
        '<line class="release" x1="0" x2="100%" y1="{0:.1f}" y2="{0:.1f}"/>'
        '<text class="scale" x="0" y="{1:.1f}">{2}</text>'
    ).format(y, y - 5, label)


def _ticks(days: Sequence[EgressDay]) -> Markup:
    base = Markup('<line class="base" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(_TOP + _PLOT)
    step = max(1, -(-len(days) // _LABELS))
    labels = [
        Markup('<text class="tick" x="{:.2f}%" y="{}" text-anchor="{}">{}</text>').format(
            at / len(days) * 100,
            _TOP + _PLOT + 18,
            "start" if at == 0 else "middle",
            f"{one.starts_at.day} {one.starts_at:%b}",
        )
        for at, one in enumerate(days)
        if at % step == 0 and at < len(days) * 0.97
    ]
    return Markup("").join((base, *labels))


def _notes(host: HostEgress, days: Sequence[EgressDay]) -> tuple[str, ...]:
    hidden = len(host.days) - len(days)
    return (f"{plural(hidden, 'earlier day')} not drawn.",) if hidden else ()
