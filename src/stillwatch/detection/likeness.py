"""How like the core of a campaign each account is: a log-likelihood ratio of "one of them" against "somebody else".

A group is accepted as a whole; this tells who is in it. Each trait gives the logarithm of how much likelier it is among
the core than among accounts outside (naive Bayes with each trait's say bounded, since traits depend on one another and
no model of ours holds far out): the rate, whether the account has quiet and busy times of its own, what it asks for,
configuration and client, how much of its traffic is the campaign's, and how far it sends what the others send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy import special

from stillwatch.detection.core_group import configuration_of, usual_value_of
from stillwatch.detection.shape import incidence
from stillwatch.detection.spans import bin_table
from stillwatch.detection.usual import active_days

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.logs.window_rows import Ints

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_MOST_FOR: Final = 2.0  # natural logs: no single trait makes a member
_MOST_AGAINST: Final = 8.0  # one trait can rule an account out
_LEAST_SPREAD: Final = 0.15
_DISPERSION_SPREAD: Final = 0.9
_NEAR: Final = 0.25  # natural logs of a rate
_ODD_SHARE: Final = 0.15
_LEAST_BIN_EXCHANGES: Final = 8
_LEAST_THERE: Final = 3
_LEAST_REFERENCE: Final = 30
_SAMPLE: Final = 400
_MOST_USUAL_OVERLAP: Final = 0.5  # several samples a prompt: meeting is how the core works
_OVERLAP_FACTOR: Final = 2.5
_OVERLAP_STEP: Final = 0.1
_LEAST_OVERLAP: Final = 0.02  # lists hold some prompts twice
_LEAST_SHARE_OF_CORE: Final = 0.4
_SHARE_PENALTY: Final = 3.0
_ROUNDS: Final = 100
_ALL_BUT_FEW: Final = 0.97
"""Of those who run the program are members, until their lives say otherwise; accounts of few exchanges say nothing."""
_FAR: Final = 500.0  # further out an exponential overflows


def likeness(scene: Scene, group: Suspects, is_core: Flags, *, is_settled: bool = False) -> Floats:
    """Log-likelihood ratio of each account of the group, shape (size,); `is_core`, shape (size,), says whom to be like.

    Positive: more like the core than like accounts outside of the group. What the program says is bounded by how many
    of those who run it, as far as their lives tell, are members (`_members_odds`); where the core `is_settled`, its
    accounts are members, and only of the others their lives tell.
    """
    lives = np.asarray(sum(trait(scene, group, is_core) for trait in _LIVES), np.float64)
    return lives + np.minimum(_program(scene, group, is_core), _members_odds(lives, is_core & is_settled))


def _members_odds(ratios: Floats, known: Flags) -> float:
    """Log odds that an account which runs the program of a campaign is a member.

    The program may be public: then people use it who have nothing to do with the campaign, and however rare it is in
    the rest of the log, it tells them apart by nothing. How many they are shows in the other traits. `ratios`, shape
    (n,), are what those say of each; the share of members in such a mixture is estimated by expectation maximisation
    (Dempster, Laird and Rubin 1977), with one account of either kind added. Who is `known`, shape (n,), to be a member
    counts as one.
    """
    share = _ALL_BUT_FEW
    for _ in range(_ROUNDS):
        odds = np.clip(ratios + special.logit(share), -_FAR, _FAR)
        share = float((np.where(known, 1.0, special.expit(odds)).sum() + 1) / (len(ratios) + 2))
    return float(special.logit(share))


def _bounded(ratio: Floats) -> Floats:
    return np.clip(np.nan_to_num(ratio, nan=0.0), -_MOST_AGAINST, _MOST_FOR)


def _middle(values: Floats, least_spread: float) -> tuple[float, float]:
    """Median and robust spread (median absolute deviation, scaled to a normal's)."""
    middle = float(np.median(values))
    return middle, max(least_spread, 1.4826 * float(np.median(np.abs(values - middle))))


def _normal(values: Floats, middle: Floats | float, spread: Floats | float) -> Floats:
    """Log density of normal distributions."""
    return np.asarray(-(((values - middle) / spread) ** 2) / 2 - np.log(spread * np.sqrt(2 * np.pi)))


def _chi_square(values: Floats, freedom: Floats) -> Floats:
    """Log density of chi-square distributions."""
    half = freedom / 2
    return np.asarray((half - 1) * np.log(values) - values / 2 - half * np.log(2) - special.gammaln(half))


def _rate(scene: Scene, group: Suspects, is_core: Flags) -> Floats:
    """The rate while active: the core's spread without its sampling noise, and the account's own noise.

    Some members run at any other rate: added late, throttled, a test account.
    """
    counts = np.maximum(1, group.focus_counts())
    rates = np.log(counts / active_days(scene, group.accounts))
    middle, spread = _middle(rates[is_core], _LEAST_SPREAD)
    inner = max(_LEAST_SPREAD**2, spread**2 - float(np.mean(1 / counts[is_core])))
    outside = _outside(scene.rate_sample, group)
    if len(outside) < _LEAST_REFERENCE:
        return np.zeros(group.size)
    usual = np.sort(np.log(np.maximum(1, scene.population.exchanges[outside]) / active_days(scene, outside)))
    near = np.searchsorted(usual, rates + _NEAR) - np.searchsorted(usual, rates - _NEAR)
    elsewhere = (near + 1) / (len(usual) + 1) / (2 * _NEAR)
    same = np.exp(_normal(rates, middle, np.sqrt(inner + 1 / counts)))
    here = (1 - _ODD_SHARE) * same + _ODD_SHARE * elsewhere
    return _bounded(np.log(here / elsewhere))


def _own_times(scene: Scene, group: Suspects, is_core: Flags) -> Floats:
    """Quiet and busy times of its own: dispersion over the bins of its own span, against the core's common profile."""
    table = bin_table(group, scene.origin, scene.bin_width)
    dispersion, freedom = _dispersions(table, _profile(table[is_core]))
    known = freedom >= 2
    freedom = np.maximum(freedom, 2)
    reference = scene.reference[~np.isin(scene.reference_accounts, group.accounts)]
    usual, _ = _dispersions(reference, _profile(reference))
    volumes = reference.sum(axis=1) / np.maximum(1, (reference > 0).sum(axis=1))
    excess = float(np.median((usual - 1) / np.maximum(volumes, 0.5))) if len(reference) >= _LEAST_REFERENCE else 0.0
    core = known & is_core
    if not core.any() or excess <= 0:
        return np.zeros(group.size)
    factor = max(1.0, float(np.median(dispersion[core])))
    # Pauses and retries spread the core's own dispersions wider than chance: fewer degrees of freedom say so.
    spread = _middle(np.log(dispersion[core]), _LEAST_SPREAD)[1]
    free: Floats = freedom * np.float64(min(1.0, 2 / float(np.median(freedom[core])) / spread**2))
    here = _chi_square(dispersion / factor * free, free) + np.log(free / factor)
    per_bin = table.sum(axis=1) / np.maximum(1, freedom)
    there = _normal(np.log(dispersion), np.log(1 + excess * per_bin), _DISPERSION_SPREAD) - np.log(dispersion)
    return np.where(known, _bounded(here - there), 0.0)


def _own_spans(table: Ints) -> Flags:
    """The bins from each row's first to its last conversation, shape (n, b)."""
    active = table > 0
    bins = np.arange(table.shape[1])
    first, last = np.where(active, bins, table.shape[1]).min(axis=1), np.where(active, bins, -1).max(axis=1)
    return np.asarray((bins >= first[:, None]) & (bins <= last[:, None]))


def _profile(table: Ints) -> Floats:
    """What an account that is there sends in each bin, shape (b,); NaN where fewer than three are there to tell."""
    there = _own_spans(table).sum(axis=0)
    return np.where(there >= _LEAST_THERE, (table.sum(axis=0) + 0.5) / np.maximum(1, there), np.nan)


def _dispersions(table: Ints, profile: Floats) -> tuple[Floats, Ints]:
    """Each row's chi-square over degrees of freedom against a common profile, in the bins of the row's own span that
    the profile knows; each (n,).
    """
    inside = _own_spans(table) & ~np.isnan(profile)
    kept = np.where(inside, table, 0)
    total = kept.sum(axis=1)
    expected = inside * np.nan_to_num(profile)
    expected = expected / np.maximum(expected.sum(axis=1, keepdims=True), 1e-9) * total[:, None]
    squared = np.where(inside, (kept - expected) ** 2 / np.maximum(expected, 1e-9), 0.0).sum(axis=1)
    freedom = np.maximum(inside.sum(axis=1) - 1, 0)
    freedom[total < _LEAST_BIN_EXCHANGES] = 0
    return np.asarray(np.maximum(squared / np.maximum(1, freedom), 1e-3)), freedom.astype(np.int64)


def _subject(scene: Scene, group: Suspects, is_core: Flags) -> Floats:
    """What it asks for: distance of its profile from the core's, over sampling noise."""
    has_profile = ~np.isnan(scene.profile[group.accounts, 0])
    core = is_core & has_profile
    others = _outside(scene.rate_sample, group)
    others = others[~np.isnan(scene.profile[others, 0])][:_SAMPLE]
    if core.sum() < 3 or len(others) < _LEAST_REFERENCE:
        return np.zeros(group.size)
    centre = np.median(scene.profile[group.accounts[core]], axis=0)
    mine = _log_distance(scene, group.accounts, centre)
    usual_middle, usual_spread = _middle(_log_distance(scene, others, centre), 0.3)
    middle, spread = _middle(mine[core], 0.2)
    here = _normal(np.maximum(mine, middle), middle, spread)
    there = _normal(np.minimum(mine, usual_middle), usual_middle, usual_spread)
    return np.where(has_profile, _bounded(here - there), 0.0)


def _log_distance(scene: Scene, accounts: Ints, centre: Floats) -> Floats:
    profile = scene.profile[accounts]
    noise = np.maximum(centre * (1 - centre), 0.02).sum() / np.maximum(1, scene.population.exchanges[accounts])
    return np.asarray(np.log(np.maximum(((profile - centre) ** 2).sum(axis=1) / noise, 1e-3)))


def _program(scene: Scene, group: Suspects, is_core: Flags) -> Floats:
    """Configuration and client: how much likelier its value is among the core than outside."""
    out = np.zeros(group.size)
    for mine, everyone in (
        (configuration_of(group), scene.modes["params"]),
        (usual_value_of(group, "client_key"), scene.modes["client"]),
    ):
        others = np.delete(everyone, group.accounts)
        out += _value_ratio(mine, is_core, np.sort(others[others != 0]))
    return out


def _value_ratio(mine: Ints, is_core: Flags, others: Ints) -> Floats:
    """How much likelier each account's value is among the core, itself left out, than among the others (ascending).

    Values that fewer than two of the core show are one class, "its own": a value that is rare everywhere says nothing.
    """
    values, counts = np.unique(mine[is_core], return_counts=True)
    at = np.minimum(np.searchsorted(values, mine), len(values) - 1)
    shown = np.where(values[at] == mine, counts[at], 0) - is_core
    common = values[counts >= 2]
    is_own = (shown < 1) | ~np.isin(mine, common)
    core = np.maximum(1, is_core.sum() - is_core)
    own_in_core = (counts == 1).sum() - (is_core & np.isin(mine, values[counts == 1]))
    here = (np.where(is_own, own_in_core, shown) + 0.5) / (core + 1)
    usual = np.searchsorted(others, mine, side="right") - np.searchsorted(others, mine, side="left")
    own_elsewhere = len(others) - np.isin(others, common).sum()
    there = (np.where(is_own, own_elsewhere, usual) + 1) / (len(others) + 2)
    return _bounded(np.log(here) - np.log(there))


def _focus_share(scene: Scene, group: Suspects, is_core: Flags) -> Floats:
    """How much of what it sends is the campaign's: far less than the core is a sign of somebody else."""
    del scene
    share = group.focus_counts() / np.maximum(1, group.all_exchanges)
    return np.where(share >= _LEAST_SHARE_OF_CORE * np.median(share[is_core]), 0.0, -_SHARE_PENALTY)


def _overlap(scene: Scene, group: Suspects, is_core: Flags) -> Floats:
    """How often it sends what an account of the core sends, against the core's own usual share (Poisson).

    A list that is dealt out meets itself nowhere; who draws from the same list for itself meets those to whom it is
    dealt out at random. Only what the core sends counts: whom else the group holds says nothing of the core. To meet
    nobody makes no member: who has a list of its own meets nobody either.
    """
    del scene
    place, prompt, _ = incidence(group)
    if len(place) == 0:
        return np.zeros(group.size)
    by_core = np.bincount(prompt, weights=is_core[place])[prompt] - is_core[place]
    items = np.bincount(place, minlength=group.size)
    again = np.bincount(place, weights=by_core > 0, minlength=group.size)
    core = is_core & (items > 0)
    if not core.any():
        return np.zeros(group.size)
    usual = float(np.median(again[core] / items[core]))
    if usual > _MOST_USUAL_OVERLAP:
        return np.zeros(group.size)
    least = core & (again <= usual * items)
    usual = max(usual, float(again[least].sum() + 1) / float(items[least].sum() + 1), _LEAST_OVERLAP)
    other = min(1.0, max(_OVERLAP_FACTOR * usual, usual + _OVERLAP_STEP))
    return np.minimum(0.0, _bounded(items * (other - usual) - again * np.log(other / usual)))


_LIVES: Final = (_rate, _own_times, _subject, _focus_share, _overlap)
"""Traits of an account's own life; the program is the one that it has from elsewhere."""


def _outside(sample: Ints, group: Suspects) -> Ints:
    return sample[~np.isin(sample, group.accounts)]
