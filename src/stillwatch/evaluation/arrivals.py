"""When exchanges happen: a renewal sequence in operational time, bent by an intensity over the span.

Gaps of coefficient of variation `cv` (or of a real trace) make a sequence in 0..1; the inverse of the accumulated
intensity of the rhythm turns it into seconds. People, cron jobs, fleets and real clients differ in these alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from stillwatch.evaluation.keys import Floats, Ints
    from stillwatch.evaluation.scenario import Pace

DAY_S: Final = 86_400
_STEP_S: Final = 300
_STEPS_A_DAY: Final = DAY_S // _STEP_S
_RUN_PAUSE_S: Final = 5.0
_PERSON: Final = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 9, 10, 10, 10, 9, 9, 9, 10, 11, 10, 7, 4)
_OFFICE: Final = (1, 0, 0, 0, 0, 0, 1, 4, 14, 20, 22, 20, 13, 18, 21, 21, 18, 9, 3, 2, 1, 1, 1, 1)


class Starts(NamedTuple):
    slot: Ints
    """Who, ascending."""
    rank: Ints
    """Number of this start among those of its slot."""
    at_s: Floats
    """When, seconds after the start of the log, ascending in each slot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """Real traces, where a scenario names them."""

    windows: dict[str, Floats]
    """Client → requests a second in each five-minute step."""
    gaps: Floats
    """Gaps of a real trace, mean 1."""


def load_traces(windows_file: Path | None, gaps_file: Path | None) -> Traces:
    windows: dict[str, Floats] = {}
    if windows_file is not None:
        table = pq.read_table(windows_file).sort_by([("client", "ascending"), ("window_start_s", "ascending")])
        client, start = table["client"].to_numpy(), table["window_start_s"].to_numpy()
        for one in np.unique(client):
            rows = client == one
            steps = np.arange(0, start[rows][-1] + 600, _STEP_S)
            windows[str(one)] = table["rate_per_s"].to_numpy()[rows][np.searchsorted(start[rows], steps, "right") - 1]
    return Traces(windows=windows, gaps=np.ones(1) if gaps_file is None else _read_gaps(gaps_file))


def _read_gaps(path: Path) -> Floats:
    table = pq.read_table(path)
    if "offset_ms" in table.column_names:
        moments = table["offset_ms"].to_numpy().astype(np.float64)
    else:
        moments = pc.cast(table["started_at"], "int64").to_numpy().astype(np.float64)
    gaps = np.diff(np.sort(moments))
    gaps = gaps[gaps > 0]
    return np.asarray(gaps / gaps.mean(), np.float64)


def slot_windows(pace: Pace, slots: int, days: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """First and last second in which each slot works."""
    start = pace.start_day + rng.random(slots) * pace.stagger_days
    end = np.full(slots, min(pace.end_day, days))
    start = np.minimum(start, end - 0.04)
    if pace.succession and slots > 1:
        cuts = np.linspace(start.min(), end[0], slots + 1)
        cuts[1:-1] += (rng.random(slots - 1) - 0.5) * (cuts[1] - cuts[0]) * 0.4
        start, end = cuts[:-1], cuts[1:]
    return start * DAY_S, end * DAY_S


def slot_counts(pace: Pace, active_s: Floats, turns: float, rng: np.random.Generator) -> Ints:
    """Conversations that each slot begins."""
    mean = pace.per_day * active_s / DAY_S / turns * _mass(pace, active_s)
    if pace.spread == "exact":
        return np.maximum(np.round(mean), 1).astype(np.int64)
    if pace.spread == "lognormal":
        mean = mean * np.exp(rng.normal(-(pace.sigma**2) / 2, pace.sigma, len(mean)))
    return np.maximum(rng.poisson(mean), 1)


def draw_starts(
    pace: Pace, counts: Ints, window: tuple[Floats, Floats], traces: Traces, rng: np.random.Generator
) -> Starts:
    """The moments at which conversations begin."""
    slot = np.repeat(np.arange(len(counts)), counts)
    rank = np.arange(len(slot)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = _ramped(pace, _sequence(pace.cv, slot, counts, traces, rng), (window[1] - window[0])[slot])
    if pace.rhythm == "runs":
        return Starts(slot, rank, _in_runs(share, slot, counts, window, rng))
    zones = (
        rng.choice(24, len(counts), p=_zone_weights())
        if pace.zone == "each"
        else np.full(len(counts), rng.choice(24, p=_zone_weights()))
    )
    at_s = np.empty(len(slot))
    for zone in np.unique(zones):
        rows = zones[slot] == zone
        reached = _reached(pace.rhythm, float(window[1].max()), int(zone), traces)
        grid = np.arange(len(reached)) * float(_STEP_S)
        low, high = (np.interp(edge, grid, reached) for edge in window)
        wanted = low[slot[rows]] + share[rows] * (high - low)[slot[rows]]
        at_s[rows] = np.interp(wanted, reached + np.arange(len(reached)) * 1e-12, grid)
    return Starts(slot, rank, at_s)


def _sequence(cv: float, slot: Ints, counts: Ints, traces: Traces, rng: np.random.Generator) -> Floats:
    if cv < 0:
        gaps = rng.choice(traces.gaps, len(slot))
    elif cv == 0:
        gaps = np.ones(len(slot))
    else:
        gaps = rng.gamma(1 / cv**2, cv**2, len(slot)) + 1e-9
    reached = np.cumsum(gaps)
    first = np.cumsum(counts) - counts
    opening = np.minimum(first, max(len(slot) - 1, 0))
    before = (reached - gaps)[opening] + gaps[opening] * rng.random(len(counts))
    total = np.add.reduceat(gaps, first) if len(slot) else np.ones(len(counts))
    return np.asarray((reached - before[slot]) / total[slot])


def _mass(pace: Pace, active_s: Floats) -> Floats:
    days = np.maximum(active_s / DAY_S, 1e-9)
    mass = np.ones(len(days))
    if pace.ramp_days:
        mass = 1 - np.minimum(pace.ramp_days / days, 1) / 2
    if pace.trial_days:
        trial = np.minimum(pace.trial_days / days, 1)
        mass = mass * (trial + (1 - trial) * pace.trial_factor)
    return mass


def _ramped(pace: Pace, share: Floats, active_s: Floats) -> Floats:
    """Bend shares of the work into shares of the time, for a slow start or the end of a free trial."""
    days = np.maximum(active_s / DAY_S, 1e-9)
    if pace.ramp_days:
        ramp = np.minimum(pace.ramp_days / days, 1)
        done = share * (1 - ramp / 2)
        share = np.where(done < ramp / 2, np.sqrt(2 * ramp * done), done + ramp / 2)
    if pace.trial_days:
        trial = np.minimum(pace.trial_days / days, 1)
        done = share * (trial + (1 - trial) * pace.trial_factor)
        later = trial + (done - trial) / max(pace.trial_factor, 1e-9)
        share = np.where(done < trial, done, np.minimum(later, 1.0))
    return share


def _in_runs(
    share: Floats, slot: Ints, counts: Ints, window: tuple[Floats, Floats], rng: np.random.Generator
) -> Floats:
    """A few runs, each one request after another: how evaluations and batch jobs arrive."""
    days = (window[1] - window[0]) / DAY_S
    runs = np.maximum(np.minimum(days / 3, counts / 20), 1).astype(np.int64)
    widest = int(runs.max(initial=1))
    length = np.minimum(
        counts / runs * _RUN_PAUSE_S * rng.lognormal(0, 0.4, len(counts)), (window[1] - window[0]) / runs
    )
    free = np.maximum(window[1] - window[0] - length, 0)
    begins = np.sort(rng.random((len(counts), widest)), axis=1)
    place = np.minimum(share * runs[slot], runs[slot] - 1e-9)
    number = place.astype(np.int64)
    scaled = (number + begins[slot, number]) / runs[slot]
    return np.asarray(window[0][slot] + scaled * free[slot] + (place - number) * length[slot])


def _zone_weights() -> Floats:
    weight = np.array([6, 8, 7, 3, 2, 5, 2, 1, 7, 6, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 4, 3, 1, 1], np.float64)
    return np.asarray(weight / weight.sum())


def _reached(rhythm: str, end_s: float, zone: int, traces: Traces) -> Floats:
    """Accumulated intensity at every step of the span."""
    steps = int(end_s // _STEP_S) + 2
    if rhythm.startswith("trace:"):
        rate = traces.windows.get(rhythm.partition(":")[2])
        if rate is None or rate.sum() == 0:
            raise InputError(f"no arrivals for {rhythm!r}", mend="set windows_file and a client that it holds")
        intensity = np.resize(rate, steps)
    else:
        local = np.arange(steps) + zone * (_STEPS_A_DAY // 24)
        intensity = _intensity(rhythm, local)
    return np.asarray(np.r_[0.0, np.cumsum(intensity + 1e-9)])


def _intensity(rhythm: str, step: Ints) -> Floats:
    hour = (step % _STEPS_A_DAY) * 24 // _STEPS_A_DAY
    weekday = (step // _STEPS_A_DAY) % 7
    if rhythm == "flat":
        return np.ones(len(step))
    if rhythm == "person":
        return np.array(_PERSON, np.float64)[hour] * np.where(weekday >= 5, 1.15, 1.0)
    if rhythm == "office":
        return np.array(_OFFICE, np.float64)[hour] * np.where(weekday >= 5, 0.12, 1.0)
    if rhythm == "night":
        return np.where((hour == 2) & (step % 12 < 8), 1.0, 0.0)
    if rhythm == "class":
        lesson = np.isin(weekday, (1, 3)) & np.isin(hour, (10, 11))
        return np.where(lesson, 40.0, np.where(np.isin(hour, (18, 19, 20)), 1.0, 0.0))
    raise InputError(f"unknown rhythm {rhythm!r}", mend="flat, person, office, night, class, runs or trace:CLIENT")
