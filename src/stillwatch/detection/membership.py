"""Who belongs to a campaign, and how.

The core was chosen so that the test is sharp; members are more: every account of the same configuration that carries
the group's keys as the core does, though it sends at another rate (banned early, added late, a test account).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from stillwatch.core.campaign import Member
from stillwatch.detection.confidence import member_confidence
from stillwatch.detection.core_group import configuration_of, part_of, usual_value_of
from stillwatch.detection.likeness import likeness
from stillwatch.detection.standing import served

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.logs.window_rows import Ints

Flags = npt.NDArray[np.bool_]

LEAST_LIKENESS: Final = 2.2
"""Natural logarithm of the odds that an account of the split must have to be a member: nine to one."""
_EVEN_ODDS: Final = 0.0  # natural logarithm
_ONE_VALUE_SHARE: Final = 0.75


def widen(
    scene: Scene, core: Suspects, split: Suspects, least: float = LEAST_LIKENESS, *, is_settled: bool = False
) -> Suspects:
    """Take in the accounts of the split that are like the core, and leave out what plainly is somebody else.

    Somebody else is an account that is unlike the core, though it is of it; one with another configuration or client
    where the core has one; and a set of members that openly is one organisation among members who are not. A core that
    `is_settled` has been through this: its accounts are members.
    """
    is_core = np.isin(split.accounts, core.accounts)
    ratios = likeness(scene, split, is_core, is_settled=is_settled)
    return part_of(split, _belong(scene, split, is_core, ratios >= least))


def without_others(scene: Scene, core: Suspects, split: Suspects) -> Suspects:
    """The core without those of it who are likelier somebody else; who may be either stays, since what is known of the
    core was asked of them too.
    """
    is_core = np.isin(split.accounts, core.accounts)
    ratios = likeness(scene, split, is_core)
    return part_of(split, is_core & _belong(scene, split, is_core, ratios >= _EVEN_ODDS))


def _belong(scene: Scene, split: Suspects, is_core: Flags, alike: Flags) -> Flags:
    """Who of those that are alike shows the core's values and is no organisation apart; each of shape (size,)."""
    wanted = alike.copy()
    for values in (configuration_of(split), usual_value_of(split, "client_key")):
        wanted &= _agrees(values, is_core)
    return np.asarray(wanted & ~_openly_apart(scene, split, wanted), np.bool_)


def _agrees(values: Ints, is_core: Flags) -> Flags:
    """Accounts that show the core's value, where the core has one; everybody where it has none."""
    found, counts = np.unique(values[is_core], return_counts=True)
    if counts.max() < _ONE_VALUE_SHARE * counts.sum():
        return np.ones(len(values), np.bool_)
    return np.asarray(values == found[counts.argmax()], np.bool_)


def _openly_apart(scene: Scene, split: Suspects, wanted: Flags) -> Flags:
    """Members that name one organisation with one another, while most members name none or others."""
    apart = np.zeros(split.size, np.bool_)
    for everyone in (scene.registry.keys["organisation"], scene.modes["org"]):
        mine = everyone[split.accounts]
        values, counts = np.unique(mine[wanted & (mine != 0)], return_counts=True)
        for value, count in zip(values, counts, strict=True):
            if 2 <= count < 0.5 * wanted.sum():
                apart |= mine == value
    return apart


def members_of(scene: Scene, suspects: Suspects, confidence: float, names: list[str]) -> tuple[Member, ...]:
    """The members with their standing; `names`, one for each account, in the order of `suspects.accounts`.

    A member's confidence is that of the campaign, `confidence`, times the share of accounts as like their core as this
    one that truly were members; see `confidence.py`.
    """
    counts, standings = served(scene, suspects)
    usual_count = float(np.median(counts))
    sure = confidence * member_confidence(likeness(scene, suspects, np.ones(suspects.size, np.bool_)))
    return tuple(
        Member(
            account_id=name,
            standing=standings[place],
            confidence=round(float(sure[place]), 3),
            because=(
                f"{counts[place]:,} of its {suspects.all_exchanges[place]:,} exchanges belong to the campaign; "
                f"the usual member has {usual_count:.0f}"
            ),
        )
        for place, name in enumerate(names)
    )
