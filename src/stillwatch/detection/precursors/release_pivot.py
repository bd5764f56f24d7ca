"""A group that is no campaign moves to a new model within a day of its release.

Sees: among the groups that were tested and are not on the list, those whose members moved together to a model on the
first day that the log shows it, and of which another sign of one hand is at least suggestive (p ≤ 0.05): even load, a
common rhythm, a card, hand-overs.
Why: harvesting is pointed at each new model as soon as it is out; who jumps together may begin to harvest together.
Null model: that of the link `model_pivot` (each account active on that day decides by itself, as the others of the log
did). All groups that were tested count as looked at; the other sign only takes groups away.
Looks the same: release-day benchmarking by a community; a company whose one gateway changes the model for all its keys;
a tool whose update brings the new model to all its users.
Evaded by: a few days of patience; changing over account by account.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from stillwatch.core.campaign import Evidence, Family
from stillwatch.detection.precursor import Outlook, OutlookCase, Precursor, Seen, Sign, Unproven
from stillwatch.detection.world import town

if TYPE_CHECKING:
    from stillwatch.detection.world import World

NAME = "release_pivot"
_LINK: Final = "model_pivot"
_SUGGESTIVE: Final = 0.05
_OF_A_HAND: Final = frozenset({Family.TIMING, Family.SUCCESSION, Family.REGISTRATION})


def _see(outlook: Outlook) -> Seen:
    people = outlook.scene.population
    groups = [(group, _pivot_of(group)) for group in outlook.unproven if _has_a_hand(group)]
    signs = [
        Sign(
            accounts=group.accounts,
            p_value=evidence.p_value,
            because=f"{evidence.because}; the group is no campaign so far",
            exchanges=group.exchanges,
            prompts=int(people.prompts[group.accounts].sum()),
            first_at=int(people.first_at[group.accounts].min()),
            last_at=int(people.last_at[group.accounts].max()),
        )
        for group, evidence in groups
        if evidence is not None
    ]
    signs.sort(key=lambda one: (one.p_value, -len(one.accounts)))
    return Seen(tuple(signs), len(outlook.unproven))


def _pivot_of(group: Unproven) -> Evidence | None:
    return next((one for one in group.evidence if one.source == _LINK), None)


def _has_a_hand(group: Unproven) -> bool:
    return any(
        one.family in _OF_A_HAND and one.source != _LINK and one.p_value <= _SUGGESTIVE for one in group.evidence
    )


def _tested(world: World, p_value: float, *, even_p: float = 0.01) -> Outlook:
    """The accounts in focus as one group that was tested, with this evidence of a pivot and of even load."""
    evidence = Evidence(
        family=Family.TIMING,
        source=_LINK,
        score=1.0,
        p_value=p_value,
        because="18 of the 20 accounts that were active when m-2 first appeared moved to it within a day",
        accounts=18,
        exchanges=400,
    )
    even = replace(evidence, source="even_load", p_value=even_p, because="the accounts send at one rate", accounts=20)
    group = Unproven(accounts=world.focus, evidence=(evidence, even), exchanges=400)
    silent = Unproven(accounts=world.focus, evidence=(even,), exchanges=400)
    return Outlook(scene=world.scene(), unproven=(group, *((silent,) * 19)))


PRECURSOR = Precursor(
    name=NAME,
    status="experimental",
    reads=("request_model", "started_at"),
    see=_see,
    twin="release-day benchmarking",
    instead="Benchmarks stop after some days, and their authors publish; see whether the traffic goes on and turns "
    "into one template.",
    cases=(
        OutlookCase(
            name="eighteen of twenty accounts move on the first day, where few others do",
            fires=True,
            make=lambda: _tested(town().people(20), 1e-9),
        ),
        OutlookCase(
            name="a group moves about as fast as groups in a log of many now and then do",
            fires=False,
            make=lambda: _tested(town().people(20), 1e-3),
        ),
        OutlookCase(
            name="the users of a tool move on the day of its update, each at a rate of its own",
            fires=False,
            make=lambda: _tested(town().people(20), 1e-9, even_p=0.4),
        ),
    ),
)
