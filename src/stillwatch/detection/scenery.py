"""Build the scene: what links and signals look at, once per scan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numba
import numpy as np
import numpy.typing as npt

from stillwatch.detection.one_blas_thread import one_blas_thread
from stillwatch.detection.pair_share import pair_share
from stillwatch.detection.profiles import LEAST_PROMPTS, profiles
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene
from stillwatch.detection.starts import Starts
from stillwatch.detection.tallies import Rhythm, tallies
from stillwatch.detection.templates import LEAST_USES
from stillwatch.detection.usual import all_openings, rate_sample
from stillwatch.logs.window_rows import HOUR_NS, Facets, Ints, Registry, Shares

if TYPE_CHECKING:
    from stillwatch.logs.window import Window

_BIN_WIDTH: Final = 6 * HOUR_NS
_MOST_BINS: Final = 400
_REFERENCE_ACCOUNTS: Final = 3000
_LEAST_REFERENCE_EXCHANGES: Final = 8
_MOST_KEY_SHARE: Final = 0.9
_MOST_KEY_ACCOUNTS: Final = 30_000
_LEAST_KEY_EXCHANGES: Final = 20
_EVERYBODY: Final = 0.8  # an address on so many accounts is a load balancer's
_HANDOVER_WITHIN: Final = HOUR_NS
_MOST_CHAIN_EXCHANGES: Final = 50


@one_blas_thread()
def build_scene(window: Window, registry: Registry, seed: int) -> Scene:
    """Read what detection needs from the window; the same window and seed give the same scene."""
    people = window.population
    facets = window.facets()
    origin = int(people.first_at.min()) if window.accounts else 0
    end = int(people.last_at.max()) if window.accounts else 0
    width = _BIN_WIDTH
    if window.accounts:
        width = max(_BIN_WIDTH, ((end - origin) // _MOST_BINS // HOUR_NS + 1) * HOUR_NS)
    bins = window.time_bins(origin, width)
    sampled = _sampled_accounts(people.exchanges, seed)
    shares = window.shares(
        least_accounts=LEAST_ACCOUNTS,
        most_accounts=_most_accounts(window.accounts),
        least_exchanges=_LEAST_KEY_EXCHANGES,
        least_uses=LEAST_USES,
    )
    order = np.argsort(shares.key, kind="stable")
    shares = Shares(*(column[order] for column in shares))
    modes = {name: _modes(facet, window.accounts) for name, facet in facets.items()}
    models = window.models()
    profile = _profile(window)
    return Scene(
        population=people,
        registry=registry,
        modes=modes,
        bins=bins,
        bin_width=width,
        origin=origin,
        end=end,
        handovers=window.handovers(within=_HANDOVER_WITHIN, most_exchanges=_MOST_CHAIN_EXCHANGES),
        replays=window.replays(),
        models=models,
        shares=shares,
        reference=_reference(bins, sampled, window.accounts),
        reference_accounts=sampled,
        reference_starts=_starts(window, sampled),
        seed=seed,
        ignored_facets=_useless_facets(facets, window.accounts),
        pair_share={"template": pair_share(shares, window.accounts)},
        rate_sample=rate_sample(people, seed),
        openings=all_openings(registry),
        profile=profile,
        tallies=tallies(
            population=people,
            registry=registry,
            modes=modes,
            models=models,
            rhythm=Rhythm(bins, origin, width),
            profile=profile,
        ),
    )


def _modes(facet: Facets, accounts: int) -> Ints:
    """Each account's most frequent value of a facet, shape (accounts,); of two as frequent, the larger key."""
    out, most = np.zeros(accounts, np.int64), np.zeros(accounts, np.int64)
    _take_most(facet.account, facet.key, facet.exchanges, out, most)
    return out


@numba.njit(cache=True)
def _take_most(account: Any, key: Any, exchanges: Any, out: Any, most: Any) -> None:
    for row in range(account.shape[0]):
        who = account[row]
        if exchanges[row] > most[who] or (exchanges[row] == most[who] and key[row] > out[who]):
            most[who], out[who] = exchanges[row], key[row]


def _profile(window: Window) -> npt.NDArray[np.floating[Any]]:
    account, first, second = window.similarities(LEAST_PROMPTS)
    return profiles(account, first, second, window.accounts)


def _most_accounts(accounts: int) -> int:
    """How many accounts a key may be on: a key of nearly everybody is the service's own, and a log of many accounts
    has no fleet of half of them.
    """
    return max(2 * LEAST_ACCOUNTS, min(int(_MOST_KEY_SHARE * accounts), max(_MOST_KEY_ACCOUNTS, accounts // 3)))


def _sampled_accounts(exchanges: Ints, seed: int) -> Ints:
    """A random sample of accounts with enough exchanges to have a rhythm, ascending."""
    able = np.flatnonzero(exchanges >= _LEAST_REFERENCE_EXCHANGES)
    random = np.random.default_rng(seed)
    return np.sort(random.choice(able, min(len(able), _REFERENCE_ACCOUNTS), replace=False)).astype(np.int64)


def _reference(bins: Facets, sampled: Ints, accounts: int) -> Ints:
    """Time tables of the sampled accounts, shape (sample, bins)."""
    if len(bins.key) == 0:
        return np.zeros((0, 1), np.int64)
    row = np.full(accounts, -1, np.int64)
    row[sampled] = np.arange(len(sampled))
    kept = row[bins.account] >= 0
    table = np.zeros((len(sampled), int(bins.key.max()) + 1), np.int64)
    table[row[bins.account[kept]], bins.key[kept]] = bins.exchanges[kept]
    return table


def _starts(window: Window, sampled: Ints) -> Starts:
    account, at = window.starts(sampled)
    return Starts(np.searchsorted(sampled, account).astype(np.int64), at)


def _useless_facets(facets: dict[str, Facets], accounts: int) -> frozenset[str]:
    """Facets in which one value covers nearly everybody: they tell nothing, and would tie all."""
    out = set()
    for name in ("address", "prefix"):
        keys, counts = np.unique(facets[name].key, return_counts=True)
        if len(keys) and counts.max() >= _EVERYBODY * max(1, accounts):
            out.add(name)
    return frozenset(out)
