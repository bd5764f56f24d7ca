"""What several seeds of one experiment say together: for each test its median, its least and its largest p-value.

>>> row = {"student": "a", "key": "global/e", "rule": "mode", "tokens": 9, "loss": 3.0, "contexts": 5}
>>> seeds = [[row | {"log10_p": p, "adjusted_log10_p": p / 2}] for p in (-4.0, -9.0, -6.0)]
>>> found = spread_of(seeds)[0]
>>> found["log10_p"], found["found"], found["seeds"]
({'median': -6.0, 'lowest': -9.0, 'highest': -4.0}, 3, 3)

Tests are put together by student, layer of the key, rule and amount of text. Of many accounts' keys each seed gives the
lowest: that is the one that a claim would be about.
"""

from __future__ import annotations

from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LOG10_ALPHA: Final = -2.0
"""Below it, after correction, a dependence is found."""


class _Same(NamedTuple):
    """What tests of several seeds have in common."""

    student: str
    layer: str
    rule: str
    tokens: int


def spread_of(seeds: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """One row for each test, in the order of the first seed; `seeds` are the rows of tests of each."""
    order = {same: place for place, same in reversed(list(enumerate(map(_same, seeds[0]))))}
    lowest = [one for rows in seeds for one in _lowest(rows)]
    lowest.sort(key=lambda row: order[_same(row)])
    return [_spread(same, list(rows)) for same, rows in groupby(lowest, key=_same)]


def _same(row: dict[str, Any]) -> _Same:
    return _Same(row["student"], row["key"].partition("/")[0], row["rule"], row["tokens"])


def _lowest(rows: Iterable[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    by_same: dict[_Same, dict[str, Any]] = {}
    for row in rows:
        held = by_same.setdefault(_same(row), row)
        if row["log10_p"] < held["log10_p"]:
            by_same[_same(row)] = row
    return by_same.values()


def _spread(same: _Same, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        **same._asdict(),
        "seeds": len(rows),
        "found": sum(row["adjusted_log10_p"] <= LOG10_ALPHA for row in rows),
        **{name: _figures([row[name] for row in rows]) for name in ("log10_p", "adjusted_log10_p", "contexts", "loss")},
        "told": {
            name: value
            for name, value in rows[0].items()
            if name in {"marked_percent", "rewritten_share", "further_steps", "own_symbols", "accounts"}
        },
    }


def _figures(values: Sequence[float]) -> dict[str, float]:
    return {"median": median(values), "lowest": min(values), "highest": max(values)}
