"""A point for each mark of a risky account: new, uncommon mail, no night, single turns, long replies, busy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow.compute as pc

from stillwatch.evaluation.baseline import Baseline, Sight

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FRESH_S: Final = 14 * 86_400
_HOUR_NS: Final = 3_600_000_000_000
_HOURS: Final = 20
_POINTS: Final = 4
_UNCOMMON_MAIL: Final = 0.02


def _find(sight: Sight) -> list[frozenset[int]]:
    points = sum(mark.astype(np.int64) for mark in _marks(sight))
    flagged = np.flatnonzero(points >= _POINTS)
    return [frozenset(flagged.tolist())] if len(flagged) else []


def _marks(sight: Sight) -> list[NDArray[np.bool_]]:
    count = len(sight.names)
    at = sight.exchanges["started_at"].to_numpy()
    first = np.full(count, at.max())
    np.minimum.at(first, sight.account, at)
    used = np.zeros((count, 24), np.bool_)
    used[sight.account, (at // _HOUR_NS) % 24] = True
    exchanges = np.bincount(sight.account, minlength=count)
    tokens = np.bincount(sight.account, _whole(sight, "output_tokens"), minlength=count) / exchanges
    single = np.bincount(sight.account, _whole(sight, "turn") <= 1, minlength=count) / exchanges
    created = pc.cast(pc.cast(sight.accounts["created_at"], "timestamp[ns]"), "int64")
    age_s = (first - pc.fill_null(created, 0).to_numpy()) / 1e9
    return [
        age_s < _FRESH_S,
        _uncommon(sight),
        used.sum(axis=1) >= _HOURS,
        single > 0.95,
        tokens > np.quantile(tokens, 0.8),
        exchanges > np.quantile(exchanges, 0.8),
    ]


def _whole(sight: Sight, name: str) -> NDArray[np.float64]:
    return np.asarray(pc.fill_null(sight.exchanges[name], 0).to_numpy(), np.float64)


def _uncommon(sight: Sight) -> NDArray[np.bool_]:
    """Mail of a domain that few accounts have, yet more than one."""
    mail = sight.accounts["email_domain"].to_pylist()
    share = {name: mail.count(name) / len(mail) for name in set(mail) if name}
    return np.array([bool(name) and 1 / len(mail) < share[name] < _UNCOMMON_MAIL for name in mail])


BASELINE: Final = Baseline(name="risk_score", title="points for new, busy, sleepless, single-turn accounts", find=_find)
