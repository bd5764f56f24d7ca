"""A small fixed set of prompts is sent right after refusals and bans, far more often than at other times.

Sees: accounts that send the same few prompts again and again, tied to one another by those prompts; whether these come
within an hour after the same account was refused (403, 429) or any of them banned, when their other prompts do not.
Why: an operator asks the same few questions to tell a countermeasure from a bad day.
Null model: the fixed prompts come at moments of the accounts' own traffic, whatever was refused before: the moments
that lie within an hour after a countermeasure fall on fixed and on other prompts at random (hypergeometric). The prompt
that was itself refused is no probe but a retry and counts on neither side; of the fixed prompts within one hour the
first counts, and of the other prompts as well, as both come in runs.
Looks the same: drift monitors, which ask by the clock; clients that try again, which send the refused prompt.
Evaded by: new questions each time; probing from accounts that take no part.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.detection.precursor import Outlook, OutlookCase, Precursor, Seen, Sign
from stillwatch.detection.statistics import drawn_at_least
from stillwatch.detection.world import town
from stillwatch.detection.world_people import START
from stillwatch.logs.repeats import Repeats
from stillwatch.logs.window_rows import HOUR_NS, Ints

NAME = "countermeasure_probe"
_WITHIN: Final = HOUR_NS
_LEAST_PROBES: Final = 8
_LEAST_MOMENTS: Final = 4
_MOST_PROMPTS: Final = 60
_MOST_OF_TRAFFIC: Final = 0.5
_LEAST_FACTOR: Final = 2.0
_REFUSED: Final = (403, 429)


def _see(outlook: Outlook) -> Seen:
    repeats = outlook.repeats
    sets = _sets(repeats)
    signs = (_sign(outlook, Repeats(*(column[rows] for column in repeats))) for rows in sets)
    return Seen(tuple(sorted((one for one in signs if one is not None), key=lambda one: one.p_value)), len(sets))


def _sets(repeats: Repeats) -> list[npt.NDArray[np.bool_]]:
    """Rows of each set of accounts that fixed prompts tie to one another; one account alone is a set too."""
    fixed = repeats.is_fixed == 1
    if not fixed.any():
        return []
    accounts, place = np.unique(repeats.account, return_inverse=True)
    prompts, prompt = np.unique(repeats.prompt[fixed], return_inverse=True)
    nodes = len(accounts) + len(prompts)
    ties = (np.ones(int(fixed.sum()), np.int8), (place[fixed], len(accounts) + prompt))
    label = connected_components(coo_array(ties, shape=(nodes, nodes)), directed=False)[1][: len(accounts)]
    return [label[place] == one for one in np.unique(label[np.unique(place[fixed])])]


def _sign(outlook: Outlook, mine: Repeats) -> Sign | None:
    fixed = mine.is_fixed == 1
    prompts = np.unique(mine.prompt[fixed])
    moments, retried = _moments(outlook, mine), _retried(mine)
    if len(moments.at) < _LEAST_MOMENTS or len(prompts) > _MOST_PROMPTS or fixed.mean() > _MOST_OF_TRAFFIC:
        return None
    after = moments.before(mine)
    is_answered = ~np.isin(mine.status_code, _REFUSED) & ~retried
    probes = _first_in_an_hour(mine.started_at, fixed & is_answered)
    others = _first_in_an_hour(mine.started_at, ~fixed & is_answered)
    if probes.sum() < _LEAST_PROBES or others.sum() < _LEAST_PROBES:
        return None
    hits, elsewhere = int(after[probes].sum()), int(after[others].sum())
    usual = (elsewhere + 1) / (int(others.sum()) + 2)
    if hits < _LEAST_FACTOR * usual * probes.sum():
        return None
    accounts = np.unique(mine.account)
    return Sign(
        accounts=accounts,
        p_value=drawn_at_least(hits, int(probes.sum() + others.sum()), hits + elsewhere, int(probes.sum())),
        because=(
            f"{len(prompts)} fixed prompts of {len(accounts):,} account{'s' * (len(accounts) != 1)} came back "
            f"{int(probes.sum())} times, {hits / probes.sum():.0%} of them within an hour after a refusal of the "
            f"account or a ban of one of them; of what else they sent {usual:.0%} did"
        ),
        exchanges=int(fixed.sum()),
        prompts=len(prompts),
        first_at=int(mine.started_at[fixed].min()),
        last_at=int(mine.started_at[fixed].max()),
        exchange_no=mine.exchange[fixed][:2000],
    )


class _Moments(NamedTuple):
    """Countermeasures, each shape (m,), in order of account and time; account -1 = it concerns all of them."""

    account: Ints
    at: Ints

    def before(self, mine: Repeats) -> npt.NDArray[np.bool_]:
        """Which exchanges come within an hour after a countermeasure that concerns their account."""
        out = np.zeros(len(mine.account), np.bool_)
        for account in np.unique(self.account).tolist():
            times = self.at[self.account == account]
            rows = np.flatnonzero(mine.account == account) if account >= 0 else np.arange(len(out))
            last = np.searchsorted(times, mine.started_at[rows], side="left") - 1
            out[rows] |= (last >= 0) & (mine.started_at[rows] - times[np.maximum(last, 0)] <= _WITHIN)
        return out


def _moments(outlook: Outlook, mine: Repeats) -> _Moments:
    refused = np.isin(mine.status_code, _REFUSED)
    bans = outlook.scene.registry.banned_at[np.unique(mine.account)]
    bans = bans[bans > 0]
    account = np.concatenate([mine.account[refused], np.full(len(bans), -1)])
    at = np.concatenate([mine.started_at[refused], bans])
    order = np.lexsort((at, account))
    return _Moments(account[order], at[order])


def _retried(mine: Repeats) -> npt.NDArray[np.bool_]:
    """Which exchanges send a prompt again that was refused."""
    refused = np.isin(mine.status_code, _REFUSED)
    return np.asarray(np.isin(mine.prompt, mine.prompt[refused & (mine.is_fixed == 0)]) & ~refused, np.bool_)


def _first_in_an_hour(times: Ints, wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """The first wanted exchange of each hour that begins with one; times ascend."""
    out = np.zeros(len(times), np.bool_)
    end = -(2**62)
    for row in np.flatnonzero(wanted).tolist():
        if times[row] > end:
            out[row], end = True, int(times[row]) + _WITHIN
    return out


def _asking(*, after_refusals: bool) -> Outlook:
    """Five accounts at work for ten days, refused now and then, that also ask five fixed questions."""
    random = np.random.default_rng(5)
    work = START + np.sort(random.integers(0, 240 * HOUR_NS, 2000))
    status = np.where(np.arange(2000) % 100 == 50, 429, 200)
    asked = work[status == 429] + HOUR_NS // 6 if after_refusals else START + (np.arange(20) * 12 + 3) * HOUR_NS
    asker = np.arange(2000)[status == 429] % 5 if after_refusals else np.arange(20) % 5
    fixed = (asked[:, None] + np.arange(5) * HOUR_NS // 600).ravel()
    times = np.concatenate([work, fixed])
    order = np.argsort(times, kind="stable")
    columns = Repeats(
        account=np.concatenate([np.arange(2000) % 5, np.repeat(asker, 5)]),
        exchange=np.arange(len(times)),
        started_at=times,
        prompt=np.concatenate([10_000 + np.arange(2000), 1 + np.arange(len(fixed)) % 5]),
        status_code=np.concatenate([status, np.full(len(fixed), 200)]),
        is_fixed=np.concatenate([np.zeros(2000, np.int64), np.ones(len(fixed), np.int64)]),
    )
    return Outlook(scene=town().scene(), repeats=Repeats(*(column[order] for column in columns)))


PRECURSOR = Precursor(
    name=NAME,
    status="experimental",
    reads=("prompt_text", "status_code", "started_at"),
    see=_see,
    twin="drift monitor",
    instead="A monitor asks by the clock, whether or not something was refused, and mostly on an account of its own.",
    cases=(
        OutlookCase(
            name="five fixed questions come minutes after each refusal",
            fires=True,
            make=lambda: _asking(after_refusals=True),
        ),
        OutlookCase(
            name="a monitor asks five fixed questions every twelve hours",
            fires=False,
            make=lambda: _asking(after_refusals=False),
        ),
    ),
)
