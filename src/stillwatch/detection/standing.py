"""How each member stands to its campaign: it serves it, it also carries other traffic, or it was used.

What is the campaign's is what carries its keys and, where most of that shows fixed instructions that most members share
(a relay injects one into each request it carries), those too. Traffic of other people differs from account to account;
cover is dealt out by the hand that deals out the campaign, so that its share is the same on every account but for
chance. The null is a binomial share common to all members; members are held to be in step where nearly all of them lie
within two standard deviations of it, and then what a member within four of it sends besides is the operator's own.
Assumes that other customers do not happen to send the same share through each account.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.core.campaign import Standing
from stillwatch.detection.numbering import numbered
from stillwatch.logs.window_rows import DAY_NS

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.logs.window_rows import Ints

_MOSTLY: Final = 0.8
"""Share of the campaign's from which on an account serves it, whatever else it sends."""
_VICTIM_SHARE: Final = 0.25
_VICTIM_DAYS: Final = 3
_FEWER: Final = 0.5  # of the usual share
_IN_STEP: Final = 0.85  # of the members; 95 % of them by chance, were there one share
_WITHIN: Final = 2.0  # standard deviations
_MOST_ASTRAY: Final = 4.0  # the same: of thousands of members hardly one by chance
_USUAL: Final = 0.5  # of the members show an instruction that is the campaign's
_LEAST_MARKED: Final = 0.3


class Served(NamedTuple):
    """What each member does for the campaign."""

    counts: Ints
    """Its exchanges that are the campaign's, shape (size,)."""
    standings: tuple[Standing, ...]


def served(scene: Scene, suspects: Suspects) -> Served:
    """Say of each member how it stands, in the order of `suspects.accounts`."""
    marked = _marked(suspects)
    counts = np.bincount(suspects.place[marked], minlength=suspects.size).astype(np.int64)
    everything = np.maximum(1, suspects.all_exchanges)
    share = counts / everything
    usual = float(np.median(share))
    noise = np.sqrt(np.maximum(usual * (1 - usual), 1e-9) * everything)
    astray = np.maximum(0.0, np.abs(counts - usual * everything) - 1) / noise
    in_step = (astray <= _MOST_ASTRAY) & ((astray <= _WITHIN).mean() >= _IN_STEP)
    first = np.full(suspects.size, np.iinfo(np.int64).max)
    np.minimum.at(first, suspects.place[marked], suspects.events["started_at"][marked])
    earlier = (first - scene.population.first_at[suspects.accounts]) / DAY_NS
    is_victim = (share <= _VICTIM_SHARE) & (share < _FEWER * usual) & (earlier >= _VICTIM_DAYS) & (counts > 0)
    serves = (share >= _MOSTLY) | in_step
    return Served(
        counts,
        tuple(
            Standing.VICTIM if victim else Standing.OPERATOR if own else Standing.MIXED
            for victim, own in zip(is_victim.tolist(), serves.tolist(), strict=True)
        ),
    )


def _marked(suspects: Suspects) -> npt.NDArray[np.bool_]:
    """Which exchanges in focus, shape (m,), are the campaign's: all of them where no instruction tells."""
    instructions = suspects.events["system_key"]
    found = numbered(instructions)
    senders = numbered(found.number * suspects.size + suspects.place).values // suspects.size
    accounts = np.bincount(senders, minlength=len(found.values))
    is_usual = (found.values != 0) & (accounts >= _USUAL * suspects.size)
    marked = is_usual[found.number]
    return marked if marked.mean() >= _LEAST_MARKED else np.ones(len(instructions), np.bool_)
