"""The shape of a group's pooled traffic: the numbers that signals and twins argue with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from stillwatch.detection.numbering import Numbered, numbered
from stillwatch.detection.spans import active_spans
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS, Ints

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

_QUIET_HOURS: Final = 6
_NIGHT_SEEN_H: Final = 16
"""So much of a group must be seen before hours that were not seen may be left out: a working day and a night."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    exchanges: int
    accounts: int
    single_turn_share: float
    distinct_share: float
    """Distinct prompts over exchanges: 1 = none is ever sent twice."""
    overlap: float
    """Of the other members, the share that sent the same prompt, averaged over prompts and accounts: 0 = sharded."""
    own_repeat_share: float
    """Exchanges that repeat a prompt of the same account."""
    samples_per_prompt: float
    quiet_share: float
    """Share of exchanges in the quietest six hours of the day; a quarter = flat around the clock. Of a group that began
    less than a day before the end of the log, in the quietest that were seen of it.
    """
    days: float
    median_output_tokens: float
    usual_output_tokens: float
    """Median of the accounts' mean reply length over the log."""
    prompt_words: float
    exchanges_per_account: float
    end_users_per_account: float
    focus_share: float
    """Share of the members' traffic that carries the group's keys."""


def shape_of(scene: Scene, suspects: Suspects) -> Shape:
    """Measure a group; worked out once, since several signals and every twin ask."""
    return suspects.once("shape", lambda: _measured(scene, suspects))


def _measured(scene: Scene, suspects: Suspects) -> Shape:
    events = suspects.events
    count = max(1, len(events))
    first, last = active_spans(suspects)
    distinct, overlap, own_repeats = _items(suspects)
    hours = np.bincount((events["started_at"] // HOUR_NS) % 24, minlength=24)
    people = scene.population
    return Shape(
        exchanges=len(events),
        accounts=suspects.size,
        single_turn_share=float((events["turn"] <= 1).mean()) if len(events) else 0.0,
        distinct_share=distinct / count,
        overlap=overlap,
        own_repeat_share=own_repeats / count,
        samples_per_prompt=count / max(1, distinct),
        quiet_share=_quietest(hours, _seen_hours(int(first.min(initial=scene.end)), scene.end)) / count,
        days=float(max(0, int(last.max()) - int(first.min())) / DAY_NS) if len(events) else 0.0,
        median_output_tokens=float(np.median(events["output_tokens"])) if len(events) else 0.0,
        usual_output_tokens=scene.tallies.usual_output_tokens,
        prompt_words=float(np.median(events["prompt_words"])) if len(events) else 0.0,
        exchanges_per_account=len(events) / max(1, suspects.size),
        end_users_per_account=float(np.median(people.end_users[suspects.accounts])),
        focus_share=len(events) / max(1, int(suspects.all_exchanges.sum())),
    )


class Incidence(NamedTuple):
    """Which account sent which prompt, each pair once; all of shape (m,)."""

    place: Ints
    """Index of the account."""
    prompt: Ints
    """Number of the prompt among those whose text is known, ascending."""
    degree: Ints
    """How many members sent that prompt."""


def incidence(suspects: Suspects) -> Incidence:
    """Who of the group sent what."""
    return suspects.once("incidence", lambda: _incidence(suspects))


def _incidence(suspects: Suspects) -> Incidence:
    prompts = prompts_of(suspects)
    return Incidence(*_pairs(suspects.place, prompts.number, prompts.values, suspects.size))


def prompts_of(suspects: Suspects) -> Numbered:
    """The distinct prompts of a group; 0 stands for those of which no text is known."""
    return suspects.once("prompts", lambda: numbered(suspects.events["exact_key"]))


@numba.njit(cache=True)
def _pairs(place: Any, prompt: Any, values: Any, size: Any) -> Any:
    """Distinct pairs of account and prompt, in order of prompt: rows are laid out by prompt, and each account is
    marked with the last prompt that it was seen with.
    """
    ends = np.zeros(values.shape[0] + 1, np.int64)
    for row in range(prompt.shape[0]):
        ends[prompt[row] + 1] += 1
    ends = np.cumsum(ends)
    by_prompt, at = np.empty(prompt.shape[0], np.int64), ends[:-1].copy()
    for row in range(prompt.shape[0]):
        by_prompt[at[prompt[row]]] = place[row]
        at[prompt[row]] += 1
    last = np.full(size, -1, np.int64)
    places, numbers, degrees = np.empty_like(by_prompt), np.empty_like(by_prompt), np.empty_like(by_prompt)
    count, known = 0, 0
    for number in range(values.shape[0]):
        if values[number] == 0:  # no text is known
            continue
        start = count
        for row in range(ends[number], ends[number + 1]):
            who = by_prompt[row]
            if last[who] != number:
                last[who] = number
                places[count], numbers[count] = who, known
                count += 1
        degrees[start:count] = count - start
        known += 1
    return places[:count].copy(), numbers[:count].copy(), degrees[:count].copy()


def _items(suspects: Suspects) -> tuple[int, float, int]:
    place, _, degree = incidence(suspects)
    if len(place) == 0:
        return 0, 0.0, 0
    distinct = round(float((1 / degree).sum()))
    overlap = float(np.mean((degree - 1) / max(1, suspects.size - 1)))
    known = int((suspects.events["exact_key"] != 0).sum())
    return distinct, overlap, known - len(place)


def _seen_hours(first: int, end: int) -> npt.NDArray[np.bool_]:
    """Which hours of the day lie wholly between two moments, shape (24,); all where that is a day, or too little to
    know.
    """
    start, stop = -(-first // HOUR_NS), end // HOUR_NS
    seen = np.zeros(24, np.bool_)
    seen[np.arange(start, min(stop, start + 24)) % 24] = True
    return seen if seen.sum() >= _NIGHT_SEEN_H else np.ones(24, np.bool_)


def _quietest(hours: Ints, seen: npt.NDArray[np.bool_]) -> int:
    """Exchanges in the quietest six hours in a row that were seen; `hours` and `seen`, shape (24,)."""
    around, known = (np.append(values, values[: _QUIET_HOURS - 1]).astype(np.int64) for values in (hours, seen))
    ones = np.ones(_QUIET_HOURS, np.int64)
    is_seen = np.convolve(known, ones, mode="valid") == _QUIET_HOURS
    return int(np.convolve(around, ones, mode="valid")[is_seen].min())
