"""Accounts that share what is written once at sign-up: payment instrument, device, telephone, mail, referral, name.

Sees: members that hold a value which few accounts hold.
Null model: two accounts drawn at random share a value of this kind as often as pairs do over the whole accounts file;
the number of members tied this way is compared with that (binomial, each member against all others).
Looks the same: a company card, a family, a school, a test lab. Values on more than two thousand accounts say nothing.
Evaded by: a payment instrument, device and mail address of its own for each account.
References: identity joins as stars, not pairs (cost linear in the accounts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.case import Case
from stillwatch.detection.link import Hub, Link
from stillwatch.detection.scene import LEAST_ACCOUNTS, Scene, Suspects
from stillwatch.detection.statistics import at_least, bounded
from stillwatch.detection.ties import stars
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.tallies import Tally
    from stillwatch.logs.window_rows import Ints

NAME = "shared_registration"
_WORDS = {
    "payment_key": "payment instrument",
    "device_key": "device",
    "phone_key": "telephone number",
    "email_key": "mail address",
    "referral_code": "referral code",
    "name_key": "name",
}
_MOST_ACCOUNTS = 2000
_LEAST_SMALL_TIES = 4


def _propose(scene: Scene) -> list[Hub]:
    none = np.zeros(0, np.int64)
    everybody = np.arange(scene.accounts)
    groups = [
        group
        for name in _WORDS
        for group in stars(everybody, scene.registry.keys[name], least=LEAST_ACCOUNTS, most=_MOST_ACCOUNTS)
    ]
    return [Hub(group, np.ones(len(group), np.int64), none, none) for group in groups]


def _tied(keys: Ints, everyone: Tally) -> tuple[int, int]:
    """Members tied to other members by a not too common value, and members that have a value.

    A value on two or three members is a family or a small customer: such values count only where there are many of
    them, or beside a larger one; two small customers in one group are not one operator.
    """
    values, counts = np.unique(keys[keys != 0], return_counts=True)
    shared = counts[(counts > 1) & (everyone.of(values) <= _MOST_ACCOUNTS)].tolist()
    few = [count for count in shared if count < LEAST_ACCOUNTS]
    is_pattern = len(few) >= _LEAST_SMALL_TIES or len(few) < len(shared)
    return sum(shared) if is_pattern else max(few, default=0), int(counts.sum())


def _test(scene: Scene, suspects: Suspects) -> Evidence | None:
    best: Evidence | None = None
    for name, word in _WORDS.items():
        everyone = scene.tallies.registry[name]
        tied, known = _tied(scene.registry.keys[name][suspects.accounts], everyone)
        if tied < 3:
            continue
        chance = 1 - (1 - everyone.pair_share) ** max(1, known - 1)
        p_value = bounded(at_least(tied, known, chance) * len(_WORDS))
        if best is None or p_value < best.p_value:
            best = Evidence(
                family=Family.REGISTRATION,
                source=NAME,
                score=tied / suspects.size,
                p_value=p_value,
                because=f"{tied} of {known} members with a known {word} share it with another member; "
                f"{chance * known:.1f} would by chance",
                accounts=tied,
                exchanges=suspects.exchanges,
            )
    return best


def _askable(scene: Scene) -> bool:
    return any(scene.registry.keys[name].any() for name in _WORDS)


LINK = Link(
    name=NAME,
    family=Family.REGISTRATION,
    axis="hand",
    status="stable",
    reads=("payment_key", "device_key", "email_key"),
    askable=_askable,
    test=_test,
    propose=_propose,
    cases=(
        Case(
            name="every five accounts hold one payment instrument",
            fires=True,
            make=lambda: town().fleet(20).holding("payment_key", each=5),
        ),
        Case(
            name="two of the members are a couple with one card",
            fires=False,
            make=lambda: town().fleet(20).holding("payment_key", each=2, share=0.1),
        ),
    ),
)
