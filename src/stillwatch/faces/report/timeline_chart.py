"""The exchanges of one campaign over time, with account creations, bans and model releases on the same axis.

Places along the axis are percentages and heights are pixels, so the picture keeps its letter size at any width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from stillwatch.faces.report.visible_text import clipped
from stillwatch.faces.report.wording import day, large, listed, moment_in_words, number, period_in_words, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.core.campaign import Picture

_MOST_BARS: Final = 120
_MOST_RELEASES: Final = 4
_REACH: Final = 0.35
"""How far the axis may stretch for creations before and bans after the bars, in lengths of the bars."""
_RELEASE_ROW: Final = 18
_PLOT: Final = 132
_LANE: Final = 40
_STEPS_S: Final = tuple(
    hours * 3600 for hours in (1, 3, 6, 12, 24, 48, 96, 168, 336, 24 * 30, 24 * 61, 24 * 122, 24 * 365)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineChart:
    svg: Markup
    height: int
    text: str
    """What the picture shows, for who cannot see it."""
    unit: str
    """What one bar stands for: `6 hours`."""
    rows: tuple[tuple[str, int], ...]
    """The figures behind the bars: start of the bar and its exchanges."""
    notes: tuple[str, ...]
    """What lies outside the axis or is not drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    start: datetime
    end: datetime
    bar_s: int

    def share(self, moment: datetime) -> float:
        return (moment - self.start) / (self.end - self.start)

    def bars(self) -> int:
        return max(1, math.ceil((self.end - self.start).total_seconds() / self.bar_s))

    def bar_of(self, moment: datetime) -> int:
        return int((moment - self.start).total_seconds() // self.bar_s)

    def counts(self, moments: Sequence[datetime], weights: Sequence[int] = ()) -> list[int]:
        """Sum per bar; moments off the axis are left out."""
        totals = [0] * self.bars()
        for index, moment in enumerate(moments):
            if 0 <= self.bar_of(moment) < len(totals):
                totals[self.bar_of(moment)] += weights[index] if weights else 1
        return totals


def draw_timeline(picture: Picture) -> TimelineChart | None:
    """Draw the bins of a picture; None when it has none."""
    if not picture.bin_starts:
        return None
    axis = _axis(picture)
    counts = axis.counts(picture.bin_starts, picture.bin_exchanges)
    releases = [release for release in picture.model_releases if 0 <= axis.share(release[1]) <= 1][:_MOST_RELEASES]
    lanes = [("Accounts created", "created", picture.created_at), ("Accounts banned", "banned", picture.banned_at)]
    lanes = [lane for lane in lanes if lane[2]]
    top = len(releases) * _RELEASE_ROW + 20
    bottom = top + _PLOT + len(lanes) * _LANE
    parts = [
        _grid(top),
        _bars(counts, top, _PLOT, "exchanges"),
        *(_release(axis, release, row, bottom) for row, release in enumerate(releases)),
        *(_lane(axis, lane, top + _PLOT + row * _LANE) for row, lane in enumerate(lanes)),
        _scale(max(counts), top, axis.bar_s),
        _ticks(axis, bottom),
    ]
    return TimelineChart(
        svg=Markup("").join(parts),
        height=bottom + 24,
        text=_text(picture, axis, counts, releases),
        unit=_unit(axis.bar_s),
        rows=tuple(
            (moment_in_words(axis.start + timedelta(seconds=axis.bar_s * bar)), count)
            for bar, count in enumerate(counts)
            if count
        ),
        notes=_notes(picture, axis, len(releases)),
    )


def _axis(picture: Picture) -> _Axis:
    """Stretch to creations and bans near the bars; every bar holds the same whole number of bins."""
    first, last = min(picture.bin_starts), max(picture.bin_starts)
    reach = (last - first + timedelta(seconds=picture.bin_s)) * _REACH
    near = [each for each in (*picture.created_at, *picture.banned_at) if first - reach <= each <= last + reach]
    start, end = min([first, *near]), max([last, *near])
    bar_s = picture.bin_s * max(1, math.ceil((end - start).total_seconds() / picture.bin_s / (_MOST_BARS - 1)))
    start = first - timedelta(seconds=math.ceil((first - start).total_seconds() / bar_s) * bar_s)
    bars = math.floor((end - start).total_seconds() / bar_s) + 1
    return _Axis(start=start, end=start + timedelta(seconds=bars * bar_s), bar_s=bar_s)


def _bars(counts: Sequence[int], top: int, height: int, kind: str) -> Markup:
    """One path; the inner picture is stretched, so bars fill any width."""
    most = max(counts) or 1
    path = "".join(
        f"M{bar + 0.1:.1f} {height}V{height - max(1.5, count / most * height):.1f}h.8V{height}z"
        for bar, count in enumerate(counts)
        if count
    )
    return Markup(
        '<svg y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="bars {}" d="{}"/></svg>'
    ).format(top, height, len(counts), height, kind, path)


def _grid(top: int) -> Markup:
    line = Markup('<line class="grid" x1="0" x2="100%" y1="{0}" y2="{0}"/>')
    return Markup("").join(line.format(top + _PLOT * part / 2) for part in (0, 1))


def _scale(most: int, top: int, bar_s: int) -> Markup:
    """Figures on the grid lines; they stand over the bars, in a halo of the paper's colour."""
    label = Markup('<text class="scale" x="0" y="{}">{}</text>')
    full = label.format(top - 5, f"{large(most)} exchanges in {_unit(bar_s)}")
    return full + label.format(top + _PLOT / 2 - 5, large(most / 2)) if most > 1 else full


def _lane(axis: _Axis, lane: tuple[str, str, Sequence[datetime]], top: int) -> Markup:
    name, kind, moments = lane
    counts = axis.counts(moments)
    most = f", at most {number(max(counts))} in {_unit(axis.bar_s)}" if max(counts) > 1 else ""
    label = f"{name}: {number(sum(counts))}{most}"
    base = Markup('<line class="base" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(top)
    text = Markup('<text class="scale" x="0" y="{}">{}</text>').format(top + 14, label)
    return base + text + _bars(counts, top + 19, _LANE - 20, kind)


def _release(axis: _Axis, release: tuple[str, datetime], row: int, bottom: int) -> Markup:
    model, moment = release
    share = axis.share(moment) * 100
    y = row * _RELEASE_ROW + 12
    side, shift = ("end", -5) if share > 50 else ("start", 5)
    return Markup(
        '<line class="release" x1="{0:.2f}%" x2="{0:.2f}%" y1="{1}" y2="{2}"/>'
        '<text class="release" x="{0:.2f}%" y="{3}" dx="{4}" text-anchor="{5}">{6}<title>{7}</title></text>'
    ).format(
        share, y - 10, bottom, y, shift, side, clipped(model, 22), f"{clipped(model, 200)}, {moment_in_words(moment)}"
    )


def _ticks(axis: _Axis, bottom: int) -> Markup:
    length_s = (axis.end - axis.start).total_seconds()
    step_s = next((step for step in _STEPS_S if length_s / step <= 7), _STEPS_S[-1])
    first_s = math.ceil(axis.start.timestamp() / step_s) * step_s
    marks = [Markup('<line class="base" x1="0" x2="100%" y1="{0}" y2="{0}"/>').format(bottom)]
    for index, at_s in enumerate(range(first_s, math.floor(axis.end.timestamp()) + 1, step_s)):
        moment = datetime.fromtimestamp(at_s, UTC)
        share = axis.share(moment) * 100
        marks.append(
            Markup(
                '<line class="base" x1="{0:.2f}%" x2="{0:.2f}%" y1="{1}" y2="{2}"/>'
                '<text class="tick{3}" x="{0:.2f}%" y="{4}" text-anchor="{5}">{6}</text>'
            ).format(
                share,
                bottom,
                bottom + 4,
                " wide" if index % 2 else "",
                bottom + 18,
                "start" if share < 4 else "end" if share > 96 else "middle",
                f"{moment.day} {moment:%b}" if step_s >= 86400 or moment.hour == 0 else f"{moment:%H:%M}",
            )
        )
    return Markup("").join(marks)


def _text(picture: Picture, axis: _Axis, counts: Sequence[int], releases: Sequence[tuple[str, datetime]]) -> str:
    busiest = axis.start + timedelta(seconds=axis.bar_s * counts.index(max(counts)))
    said = [
        f"{plural(sum(counts), 'exchange')} from {period_in_words(min(picture.bin_starts), max(picture.bin_starts))}",
        f"the busiest {_unit(axis.bar_s)} began on {moment_in_words(busiest)} with {number(max(counts))}",
    ]
    if picture.created_at:
        said.append(f"{plural(len(picture.created_at), 'account')} created from {day(min(picture.created_at))} on")
    if picture.banned_at:
        said.append(f"{plural(len(picture.banned_at), 'account')} banned from {day(min(picture.banned_at))} on")
    if releases:
        seen = [f"{clipped(model, 60)} ({moment_in_words(moment)})" for model, moment in releases]
        said.append(f"models first seen: {listed(seen)}")
    return f"{'; '.join(said)}."


def _notes(picture: Picture, axis: _Axis, releases: int) -> tuple[str, ...]:
    notes = []
    for moments, done in ((picture.created_at, "created"), (picture.banned_at, "banned")):
        earlier = sum(moment < axis.start for moment in moments)
        later = sum(moment >= axis.end for moment in moments)
        if earlier:
            notes.append(f"{plural(earlier, 'account')} {done} before {day(axis.start)}, not drawn.")
        if later:
            notes.append(f"{plural(later, 'account')} {done} after {day(axis.end)}, not drawn.")
    hidden = len(picture.model_releases) - releases
    return (*notes, f"{plural(hidden, 'further model release')} not drawn.") if hidden else tuple(notes)


def _unit(seconds: int) -> str:
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds % size == 0:
            return name if seconds == size else f"{seconds // size} {name}s"
    return f"{seconds} seconds"
