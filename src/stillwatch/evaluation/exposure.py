"""Exposure: how much of a campaign was already taken when it was first flagged.

The log is replayed in order of time: the detector sees what happened before a moment, and moments are tried by
bisection over a grid, so a campaign that was flagged, lost and flagged again may be dated late; a replay that was made
in full dates it at its first round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from stillwatch.evaluation.score import read_truth, score

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import pyarrow as pa

HOUR_NS: Final = 3_600_000_000_000


class Exposure(NamedTuple):
    name: str
    operator_id: str
    flagged_after_h: float | None
    """Hours from the campaign's first exchange to the first moment it was found; None = never."""
    exchanges_share: float
    """Share of the campaign's exchanges that lie before it was flagged; 1 where it never was."""
    tokens_share: float
    """The same of its output tokens."""


def exposures(truth_path: Path, detect: Callable[[int], dict[str, Any]], step_h: float) -> tuple[Exposure, ...]:
    """Replay a log under a detector: `detect(until)` reports on what started before `until` (nanoseconds).

    A campaign counts as flagged when half of its accounts seen so far are in one reported group, and mostly they.
    """
    table = pq.read_table(truth_path, columns=["started_at", "output_tokens", "label", "population", "operator_id"])
    starts = table["started_at"].to_numpy()
    if len(starts) == 0:
        return ()
    step = int(step_h * HOUR_NS)
    grid = np.arange(int(starts.min()) + step, int(starts.max()) + step, step).tolist()
    found: dict[int, set[tuple[str, str]]] = {}

    def flagged(place: int) -> set[tuple[str, str]]:
        if place not in found:
            until = grid[place]
            result = score(read_truth(truth_path, until), detect(until))
            found[place] = {(one.operator_id, one.name) for one in result.campaigns if one.found}
        return found[place]

    def first_flagged(who: tuple[str, str]) -> int | None:
        place = _first(len(grid), lambda number: who in flagged(number))
        return grid[place] if place is not None else None

    return _exposures(table, first_flagged)


def exposures_of_rounds(truth_path: Path, rounds: Iterable[tuple[int, dict[str, Any]]]) -> tuple[Exposure, ...]:
    """The same from a log that was replayed to its end: `rounds`, each its moment (nanoseconds) and what it reported.

    A campaign counts as flagged at the first round that reports it, whether or not the next ones do.
    """
    flagged_at: dict[tuple[str, str], int] = {}
    for until, document in rounds:
        for one in score(read_truth(truth_path, until), document).campaigns:
            if one.found:
                flagged_at.setdefault((one.operator_id, one.name), until)
    table = pq.read_table(truth_path, columns=["started_at", "output_tokens", "label", "population", "operator_id"])
    return _exposures(table, flagged_at.get)


def _exposures(table: pa.Table, first_flagged: Callable[[tuple[str, str]], int | None]) -> tuple[Exposure, ...]:
    harvest = table.filter(pc.equal(pc.cast(table["label"], "string"), "campaign"))
    operator = harvest["operator_id"].to_numpy(zero_copy_only=False)
    name = pc.cast(harvest["population"], "string").to_numpy(zero_copy_only=False)
    at, tokens = harvest["started_at"].to_numpy(), harvest["output_tokens"].to_numpy()
    out = []
    for who in sorted(set(zip(operator.tolist(), name.tolist(), strict=True)), key=lambda one: one[1]):
        mine = (operator == who[0]) & (name == who[1])
        out.append(_exposure(who, at[mine], tokens[mine], first_flagged(who)))
    return tuple(out)


def _first(count: int, is_flagged: Callable[[int], bool]) -> int | None:
    """The first place of 0..count-1 where it holds, taken that it holds from there on; None = not even at the last."""
    if count == 0 or not is_flagged(count - 1):
        return None
    low, high = 0, count - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if is_flagged(middle) else (middle + 1, high)
    return low


def _exposure(who: tuple[str, str], at: Any, tokens: Any, moment: int | None) -> Exposure:
    if moment is None:
        return Exposure(who[1], who[0], None, 1.0, 1.0)
    taken = at < moment
    hours = (moment - int(at.min())) / HOUR_NS
    share = float(tokens[taken].sum() / max(tokens.sum(), 1))
    return Exposure(who[1], who[0], round(hours, 1), round(float(taken.mean()), 4), round(share, 4))
