"""The shape of a group's pooled traffic: the numbers that signals and twins argue with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.detection.spans import active_spans
from stillwatch.logs.window import DAY_NS, HOUR_NS, Ints

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

_QUIET_HOURS: Final = 6


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
    """Share of exchanges in the quietest six hours of the day; a quarter = flat around the clock."""
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
        quiet_share=_quietest(hours) / count,
        days=float(max(0, int(last.max()) - int(first.min())) / DAY_NS) if len(events) else 0.0,
        median_output_tokens=float(np.median(events["output_tokens"])) if len(events) else 0.0,
        usual_output_tokens=float(np.median(people.output_tokens / np.maximum(1, people.exchanges))),
        prompt_words=float(np.median(events["prompt_words"])) if len(events) else 0.0,
        exchanges_per_account=len(events) / max(1, suspects.size),
        end_users_per_account=float(np.median(people.end_users[suspects.accounts])),
        focus_share=len(events) / max(1, int(suspects.all_exchanges.sum())),
    )


def item_degrees(suspects: Suspects) -> tuple[Ints, Ints]:
    """For each distinct (account, prompt), the index of the account and how many members sent that prompt; each
    (m,).
    """
    keys = suspects.events["exact_key"]
    known = keys != 0
    keys, place = keys[known], suspects.place[known]
    if len(keys) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.lexsort((place, keys))
    keys, place = keys[order], place[order]
    is_new_key = np.append(True, keys[1:] != keys[:-1])
    distinct = np.flatnonzero(is_new_key | np.append(True, place[1:] != place[:-1]))
    bounds = np.flatnonzero(is_new_key[distinct])
    degree = np.diff(np.append(bounds, len(distinct)))
    return place[distinct], np.repeat(degree, degree)


def _items(suspects: Suspects) -> tuple[int, float, int]:
    place, degree = item_degrees(suspects)
    if len(place) == 0:
        return 0, 0.0, 0
    distinct = round(float((1 / degree).sum()))
    overlap = float(np.mean((degree - 1) / max(1, suspects.size - 1)))
    known = int((suspects.events["exact_key"] != 0).sum())
    return distinct, overlap, known - len(place)


def _quietest(hours: Ints) -> int:
    around = np.append(hours, hours[: _QUIET_HOURS - 1])
    return int(np.convolve(around, np.ones(_QUIET_HOURS, np.int64), mode="valid").min())
