"""Many one-off variants of one request, refused far more often than is usual; then one that explodes.

Sees: wordings that stand in many different prompts, each sent once, of which either many are refused by status (400,
403, 451), or many are refused or get a few words back at first, until the same wording is answered at length and sent
at several times the rate. Refusals alone count where several accounts are each refused: one account that is refused a
lot is an evaluator until it goes on with what worked.
Why: an operator looks for the wording that the model answers, then harvests with it (12,000 variants in one report).
Null model: (refusals by status) the variant after an answered one, of the same account, is refused by itself, with the
share at the 95th percentile of other accounts in this log (those that share wordings counted as one), at least one in
ten; this holds of all accounts of the wording but one (partial conjunction, Benjamini and Heller 2008). An outage or a
broken client refuses in blocks, and so brings few refusals after an answer. (few words, then long answers) short
replies fall on the early and the late part of a wording's use at random (hypergeometric), corrected for the places at
which it is cut in two. Twice the smaller of both. Short replies alone say nothing: labels and yes or no are short too.
Looks the same: red-team evaluations and safety research, on one account or in one organisation that says so; prompt
engineers, whose variants are answered; an application that goes live after a time of trial.
Evaded by: framing the request at both ends; searching with another model; spreading the search over weeks; a new
wording for each variant; one account for the search and others for the harvest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from stillwatch.detection.precursor import Outlook, OutlookCase, Precursor, Seen, Sign
from stillwatch.detection.statistics import at_least, bounded, drawn_at_least, partial_conjunction
from stillwatch.detection.world import town
from stillwatch.detection.world_people import START
from stillwatch.logs.repeats import Search, Variants
from stillwatch.logs.window_rows import HOUR_NS

if TYPE_CHECKING:
    from stillwatch.logs.window_rows import Ints

NAME = "variant_sweep"
_LEAST_VARIANTS: Final = 60
_LEAST_ACCOUNTS: Final = 2
_LEAST_FOLLOWING: Final = 5  # variants after an answered one: strangers try a jailbreak that is going round a few times
_MEMBER_P: Final = 0.01  # of an account, all accounts that were asked counted in
_BARRED: Final = 2  # the status says refused
_LEAST_ONE_OFF: Final = 0.9
_USUAL_PERCENTILE: Final = 95
_LEAST_USUAL: Final = 0.1
_LEAST_EARLY: Final = 0.4
_MOST_LATE: Final = 0.2
_LEAST_RATE_FACTOR: Final = 5.0
_CUTS: Final = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_LEAST_REPEATED: Final = 20
_MOST_SHOWN: Final = 2000


class _Best(NamedTuple):
    p_value: float
    said: str
    variants: int
    accounts: Ints


def _see(outlook: Outlook) -> Seen:
    groups = _by_wording(outlook.search.variants)
    tried = np.array([(followed.refused.sum(), followed.following.sum()) for followed in map(_followed, groups)])
    clan = _clans(groups)
    found: list[Sign] = []
    for place, rows in enumerate(groups):
        others = _by_clan(tried[clan != clan[place]], clan[clan != clan[place]])
        seen = [one for one in (_barred(rows, others), _answered_at_last(rows)) if one is not None]
        if seen:
            best = min(seen, key=lambda one: one.p_value)
            found.append(_sign(rows, best, bounded(2 * best.p_value)))
    # A request leaves several wordings, on the same accounts; the one used most tells it.
    return Seen(tuple(sorted(found, key=lambda one: -one.exchanges)), outlook.search.wordings)


def _by_wording(variants: Variants) -> list[Variants]:
    if len(variants.key) == 0:
        return []
    bounds = np.flatnonzero(np.append(True, np.diff(variants.key) != 0))
    ends = np.append(bounds[1:], len(variants.key))
    return [Variants(*(column[start:end] for column in variants)) for start, end in zip(bounds, ends, strict=True)]


def _clans(groups: list[Variants]) -> Ints:
    """A number for each wording, shape (n,), the same for those that accounts have in common: a search leaves many
    wordings, and counts once where it is what others are held against.
    """
    if not groups:
        return np.zeros(0, np.int64)
    whose = [np.unique(rows.account) for rows in groups]
    number = np.repeat(np.arange(len(whose)), [len(one) for one in whose])
    names, accounts = np.unique(np.concatenate(whose), return_inverse=True)
    nodes = len(whose) + len(names)
    ties = coo_array((np.ones(len(number), np.int8), (number, len(whose) + accounts)), shape=(nodes, nodes))
    return np.asarray(connected_components(ties, directed=False)[1][: len(whose)], np.int64)


def _by_clan(tried: Ints, clan: Ints) -> Ints:
    """Refusals after answers and variants after answers, shape (clans, 2), of wordings with those numbers."""
    place = np.unique(clan, return_inverse=True)[1]
    return np.stack([np.bincount(place, weights=column) for column in tried.T], axis=1).astype(np.int64)


class _Followed(NamedTuple):
    """By account, shape (n,): of the variants that come after an answered one of its own, how many are refused."""

    account: Ints
    refused: Ints
    following: Ints
    """Variants that come after an answered one."""


def _followed(rows: Variants) -> _Followed:
    order = np.lexsort((rows.exchange, rows.started_at, rows.account))
    account, refused = rows.account[order], rows.is_refused[order] == _BARRED
    follows = (account[1:] == account[:-1]) & ~refused[:-1]
    accounts, place = np.unique(account[1:][follows], return_inverse=True)
    return _Followed(
        accounts,
        np.bincount(place, refused[1:][follows], minlength=len(accounts)).astype(np.int64),
        np.bincount(place, minlength=len(accounts)).astype(np.int64),
    )


def _barred(rows: Variants, others: Ints) -> _Best | None:
    """At least two accounts refused more than usual; `others`, shape (n, 2), are refusals after answers, and how many
    variants came after answers, of each clan of other accounts.
    """
    followed = _followed(rows)
    able = np.flatnonzero(followed.following >= _LEAST_FOLLOWING)
    if len(able) < _LEAST_ACCOUNTS or not _is_mostly_once(rows.prompt):
        return None
    shares = others[:, 0] / np.maximum(1, others[:, 1]) if len(others) else np.zeros(1)
    # The lower of two values: where there are few others, the one that is refused most may be a search itself.
    usual = max(_LEAST_USUAL, float(np.percentile(shares, _USUAL_PERCENTILE, method="lower")))
    values = np.array([at_least(int(followed.refused[at]), int(followed.following[at]), usual) for at in able])
    searching = followed.account[able[values * len(able) <= _MEMBER_P]]
    mine = np.isin(rows.account, searching)
    if len(searching) < _LEAST_ACCOUNTS or mine.sum() < _LEAST_VARIANTS:
        return None
    share = float((rows.is_refused[mine] == _BARRED).mean())
    said = f"{share:.0%} of them refused (at most {usual:.0%} is usual)"
    return _Best(partial_conjunction(values), said, len(np.unique(rows.prompt[mine])), searching)


def _is_mostly_once(prompt: Ints) -> bool:
    return bool((np.unique(prompt, return_counts=True)[1] <= 2).mean() >= _LEAST_ONE_OFF)


def _answered_at_last(rows: Variants) -> _Best | None:
    """The clearest cut between a time of few words back and a time of answers at several times the rate."""
    short, total = rows.is_refused > 0, len(rows.key)
    best: _Best | None = None
    for cut in (round(share * total) for share in _CUTS):
        early, late = float(short[:cut].mean()), float(short[cut:].mean())
        span_before, span_after = (int(times[-1] - times[0]) + 1 for times in np.split(rows.started_at, [cut]))
        factor = ((total - cut) / span_after) / (cut / span_before)
        if cut < _LEAST_VARIANTS or early < _LEAST_EARLY or late > _MOST_LATE or factor < _LEAST_RATE_FACTOR:
            continue
        if not _is_mostly_once(rows.prompt[:cut]):
            continue
        chance = drawn_at_least(int(short[:cut].sum()), total, int(short.sum()), cut) * len(_CUTS)
        if best is None or chance < best.p_value:
            said = (
                f"{early:.0%} of them answered in a few words, until the wording was answered at length and sent at "
                f"{factor:.0f} times the rate ({total - cut:,} more times)"
            )
            best = _Best(chance, said, cut, np.unique(rows.account))
    return best


def _sign(whole: Variants, seen: _Best, p_value: float) -> Sign:
    accounts = seen.accounts
    rows = Variants(*(column[np.isin(whole.account, accounts)] for column in whole))
    return Sign(
        accounts=accounts,
        p_value=p_value,
        because=f"{seen.variants:,} one-off variants of one request by {len(accounts):,} "
        f"account{'s' * (len(accounts) != 1)}, {seen.said}{_explosion(rows)}",
        exchanges=len(rows.key),
        prompts=len(np.unique(rows.prompt)),
        first_at=int(rows.started_at.min()),
        last_at=int(rows.started_at.max()),
        exchange_no=rows.exchange[:: max(1, len(rows.key) // _MOST_SHOWN)],
    )


def _explosion(rows: Variants) -> str:
    """What is said of a variant that is sent again and again; empty where there is none."""
    prompts, counts = np.unique(rows.prompt, return_counts=True)
    top = int(np.argmax(counts))
    if counts[top] < _LEAST_REPEATED:
        return ""
    refused = float((rows.is_refused[rows.prompt == prompts[top]] == _BARRED).mean())
    return f"; one variant was then sent {counts[top]:,} times, {refused:.0%} of them refused"


def _searching(*, refused: float, mark: int, exploded: int = 0, one_off: bool = True, rivals: int = 0) -> Outlook:
    """One wording of 400 variants of three accounts, refused so often, and forty ordinary ones with 4 % of refusals;
    `rivals` of these are wordings of three other accounts that are refused as often.
    """
    random = np.random.default_rng(3)
    rows: list[tuple[Ints, ...]] = []
    for key, count, share in [(1, 400, refused), *((2 + number, 120, 0.04) for number in range(40))]:
        numbers = np.arange(count, dtype=np.int64)
        prompts = 10_000 * key + (numbers if one_off or key > 1 else numbers % 20)
        is_rival = 1 < key <= 1 + rivals
        is_refused = (random.random(count) < (refused if is_rival else share)) * (mark if key == 1 or is_rival else 1)
        accounts = random.integers(0, 3, count) + (6 if is_rival else 3 * key)
        rows.append(
            (np.full(count, key), accounts, 10_000 * key + numbers, START + numbers * HOUR_NS // 8, prompts, is_refused)
        )
        if key == 1 and exploded:
            more = np.arange(exploded, dtype=np.int64)
            late = START + 51 * HOUR_NS + more * HOUR_NS // 100
            same = (np.full(exploded, key), np.full(exploded, 3), 900_000 + more, late)
            rows.append((*same, np.full(exploded, prompts[-1]), np.zeros(exploded, np.int64)))
    columns = [np.concatenate([row[place] for row in rows]).astype(np.int64) for place in range(6)]
    return Outlook(scene=town().scene(), search=Search(Variants(*columns), wordings=41))


PRECURSOR = Precursor(
    name=NAME,
    status="experimental",
    reads=("prompt_text", "status_code", "output_tokens"),
    see=_see,
    twin="red-team evaluation",
    instead="Red teams and safety researchers use an account or organisation that is known as theirs, and do not go on "
    "with the variant that worked.",
    cases=(
        OutlookCase(
            name="half of four hundred variants of one request are refused by status",
            fires=True,
            make=lambda: _searching(refused=0.5, mark=2),
        ),
        OutlookCase(
            name="the same beside another search that left eight wordings",
            fires=True,
            make=lambda: _searching(refused=0.5, mark=2, rivals=8),
        ),
        OutlookCase(
            name="four hundred variants get few words back, then one is answered and sent at many times the rate",
            fires=True,
            make=lambda: _searching(refused=0.6, mark=1, exploded=300),
        ),
        OutlookCase(
            name="an application gets labels back for half of its inputs, from first to last",
            fires=False,
            make=lambda: _searching(refused=0.5, mark=1),
        ),
        OutlookCase(
            name="twenty prompts are sent over and over while all are refused",
            fires=False,
            make=lambda: _searching(refused=0.5, mark=2, one_off=False),
        ),
    ),
)
