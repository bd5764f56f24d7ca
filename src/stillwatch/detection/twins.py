"""Honest twins: groups that look like a campaign and are none.

Every group under test is held against each twin. A twin that *fits* sets the group aside; one that does not is named in
the result with the number that rules it out. The order is from the most to the least specific.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.detection.core_group import UNIFORM, most_shown
from stillwatch.detection.set_use import runs_whole
from stillwatch.detection.timetable import timetable_share
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS, Ints

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.detection.shape import Shape

Flags = npt.NDArray[np.bool_]

_PUBLIC_MAIL: Final = 0.02  # a mail domain on more of all accounts than this is a public provider's
_LEAST_OPEN: Final = 0.6  # of the accounts; what else the group holds then is caught up with them
_LEAST_HOLDERS: Final = 3
_MOST_ORGANISATIONS: Final = 3
_LEAST_SEVERAL: Final = 2  # keys; a customer with one key of its own is a stranger
_GOOD_PART: Final = 0.55
_MOST_SHARED: Final = 0.3
_LEAST_TIMETABLES: Final = 0.6
_LEAST_END_USERS: Final = 5
_LEAST_RETURNING: Final = 0.5
_MOST_OF_ONE: Final = 0.25
_PEOPLES_QUIET: Final = 0.15  # of the exchanges, in the quietest six hours; a quarter is flat around the clock


class Fit(NamedTuple):
    """Whether the twin explains the group, and the sentence that says why, or why not."""

    fits: bool
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    name: str
    asks: Callable[[Scene, Suspects, Shape], Fit]
    are_strangers: bool = False
    """The twin's accounts know nothing of one another, so nothing passes from one to the next."""


def _fits(because: str) -> Fit:
    return Fit(fits=True, because=because)


def _fits_not(because: str) -> Fit:
    return Fit(fits=False, because=because)


def _declared_organisation(scene: Scene, suspects: Suspects, shape: Shape) -> Fit:
    """Several keys of one customer who says so, or of a few: an organisation, team or company mail domain that they
    name openly.
    """
    del shape
    best = named_openly(scene, suspects.accounts)
    if best.share >= 0.8:
        whose = "one organisation" if best.organisations == 1 else f"{best.organisations} organisations, several each"
        return _fits(f"{best.share:.0%} of the accounts openly belong to {whose}")
    return _fits_not(f"at most {best.share:.0%} of the members name one organisation, team or company mail domain")


class Named(NamedTuple):
    share: float
    """Of the members; registers have gaps, so where a good part holds the values those without any are left out."""
    organisations: int


def named_openly(scene: Scene, accounts: Ints) -> Named:
    """How far accounts (ascending) name one organisation, team or company mail domain, or a few of them."""
    everywhere = (
        *(scene.registry.keys[name] for name in ("organisation", "email_domain")),
        *(scene.modes[facet] for facet in ("org", "team")),
    )
    alike = _runs_the_same(scene, accounts)
    return max((_named(everyone, accounts, alike) for everyone in everywhere), default=_NOBODY)


_NOBODY: Final = Named(0.0, 1)


def _runs_the_same(scene: Scene, members: Ints) -> Flags:
    """Accounts, shape (n,), of the configuration and the client that nearly all members have; the members themselves
    where they have not one of each.
    """
    out = np.zeros(scene.accounts, np.bool_)
    shown = {facet: most_shown(scene.modes[facet][members]) for facet in ("params", "client")}
    if all(one.value != 0 and one.share >= UNIFORM for one in shown.values()):
        out = np.logical_and.reduce([scene.modes[facet] == one.value for facet, one in shown.items()])
    out[members] = True
    return out


def _named(everyone: Ints, members: Ints, alike: Flags) -> Named:
    """Share of members that hold the most frequent values among them: one value, or up to three with several members
    each. A value that is common among accounts that are not `alike`, such as a public mail provider, names nobody; the
    rest of a large customer, of which the members are a part, runs what they run.
    """
    values, counts = np.unique(everyone[members][everyone[members] != 0], return_counts=True)
    held = int(counts.sum())
    order = np.argsort(-counts, kind="stable")[:_MOST_ORGANISATIONS]
    best, named = _NOBODY, 0
    for place, at in enumerate(order):
        outside = int(((everyone == values[at]) & ~alike).sum())
        is_public = outside > max(5.0, _PUBLIC_MAIL * len(everyone)) and outside > 0.2 * counts[at]
        if is_public or (place and counts[at] < _LEAST_SEVERAL):
            break
        named += int(counts[at])
        is_good_part = named >= max(_LEAST_HOLDERS, _GOOD_PART * len(members))
        best = max(best, Named(named / (held if is_good_part else len(members)), place + 1))
    return best


def _reseller(scene: Scene, suspects: Suspects, shape: Shape) -> Fit:
    """A reseller or an application that names its end users: many people behind each key, who come back."""
    del scene
    named = suspects.events["end_user_identity"]
    days = suspects.events["started_at"] // DAY_NS
    users, counts = np.unique(named[named != 0], return_counts=True)
    returning = np.unique(np.unique(np.stack([named, days]), axis=1)[0], return_counts=True)
    back = returning[0][(returning[1] > 1) & (returning[0] != 0)]
    share = float(np.isin(named, back).mean()) if len(named) else 0.0
    if (
        shape.end_users_per_account >= _LEAST_END_USERS
        and share >= _LEAST_RETURNING
        and counts.max() <= _MOST_OF_ONE * len(named)
        and shape.quiet_share <= _PEOPLES_QUIET
    ):
        return _fits(
            f"each key serves {shape.end_users_per_account:.0f} named end users, {len(users):,} in all; {share:.0%} of "
            "the exchanges are of some who came back on another day, in people's hours"
        )
    return _fits_not(
        f"{share:.0%} of the exchanges name an end user who came back on another day, and each key names "
        f"{shape.end_users_per_account:.0f}"
    )


def _public_benchmark(scene: Scene, suspects: Suspects, shape: Shape) -> Fit:
    """Strangers who run one public set: each sends much of what the others send, or runs a known set by itself."""
    if said := runs_whole(scene, suspects.accounts):
        return _fits(said)
    if shape.overlap >= _MOST_SHARED:
        return _fits(
            f"a prompt of one account is sent by {shape.overlap:.0%} of the others as well, as "
            "when each runs the same set",
        )
    return _fits_not(
        f"a prompt of one member is sent by only {shape.overlap:.1%} of the others: the list "
        "is dealt out, not run by each",
    )


def _scheduled_job(scene: Scene, suspects: Suspects, shape: Shape) -> Fit:
    """Nightly evaluations, drift monitors and continuous integration: the same prompts, again and again."""
    del scene, suspects
    if shape.own_repeat_share >= 0.5:
        return _fits(
            f"{shape.own_repeat_share:.0%} of the exchanges repeat a prompt of the same account, "
            "as a nightly job or a monitor does",
        )
    return _fits_not(f"only {shape.own_repeat_share:.0%} of the exchanges repeat a prompt of the same account")


def _scheduled_tool(scene: Scene, suspects: Suspects, shape: Shape) -> Fit:
    """Strangers whose tool keeps hours for them: digests at seven, a look at the house every hour. Each account's own
    times of day come back to the minute, which makes rates equal and rhythms alike without a common queue.
    """
    del shape
    share = timetable_share(suspects, scene.seed)
    if share >= _LEAST_TIMETABLES:
        return _fits(
            f"{share:.0%} of the accounts begin at the same minutes of the day, each by a timetable of its own"
        )
    return _fits_not(f"only {share:.0%} of the members keep a timetable, beginning at the same minutes day after day")


def _classroom(scene: Scene, suspects: Suspects, shape: Shape) -> Fit:
    """A class with one assignment: one exit, hours of a lesson or a day, few exchanges each."""
    tied = 0.0
    for facet in ("address", "prefix"):
        if facet not in scene.ignored_facets:
            mode = scene.modes[facet][suspects.accounts]
            counts = np.unique(mode[mode != 0], return_counts=True)[1]
            tied = max(tied, float(counts.max() / suspects.size) if len(counts) else 0.0)
    daytime = shape.quiet_share <= 0.05
    if tied >= 0.7 and daytime and shape.exchanges_per_account <= 400:
        return _fits(
            f"{tied:.0%} of the accounts share one network and keep hours, with "
            f"{shape.exchanges_per_account:.0f} exchanges each",
        )
    if daytime and shape.exchanges_per_account <= 60 and shape.days <= 4:
        return _fits(
            f"the accounts keep hours, for {shape.days:.1f} days, with "
            f"{shape.exchanges_per_account:.0f} exchanges each",
        )
    return _fits_not(
        f"{tied:.0%} of the members share a network, the quietest six hours hold "
        f"{shape.quiet_share:.0%} of the traffic, and each member sent "
        f"{shape.exchanges_per_account:.0f} exchanges",
    )


def _popular_tool(scene: Scene, suspects: Suspects, shape: Shape) -> Fit:
    """Strangers who use one tool with a fixed prompt: conversations, people's hours, people's differences."""
    del scene
    turns = 1 - shape.single_turn_share
    if turns >= 0.4 and shape.quiet_share <= 0.12:
        return _fits(
            f"{turns:.0%} of the exchanges go on in a conversation and the accounts keep people's "
            "hours, as users of one tool do",
        )
    return _fits_not(
        f"{shape.single_turn_share:.0%} of the exchanges are single questions and the "
        f"quietest six hours hold {shape.quiet_share:.0%} of {suspects.exchanges:,}",
    )


def _key_migration(scene: Scene, suspects: Suspects, shape: Shape) -> Fit:
    """One customer who moves from key to key: never two at once."""
    del scene, shape
    first = np.full(suspects.size, np.iinfo(np.int64).max)
    last = np.zeros(suspects.size, np.int64)
    np.minimum.at(first, suspects.place, suspects.events["started_at"])
    np.maximum.at(last, suspects.place, suspects.events["started_at"])
    order = np.argsort(first)
    gaps = first[order][1:] - last[order][:-1]
    apart = float((gaps > -HOUR_NS).mean()) if len(gaps) else 0.0
    if apart >= 0.8:
        return _fits(
            f"{apart:.0%} of the accounts begin only when the one before has ended: one customer who changes keys"
        )
    return _fits_not(f"the members are active at the same time; only {apart:.0%} begin when another has ended")


TWINS: Final = (
    Twin(name="declared_organisation", asks=_declared_organisation),
    Twin(name="key_migration", asks=_key_migration),
    Twin(name="reseller", asks=_reseller),
    Twin(name="public_benchmark", asks=_public_benchmark, are_strangers=True),
    Twin(name="scheduled_job", asks=_scheduled_job),
    Twin(name="scheduled_tool", asks=_scheduled_tool, are_strangers=True),
    Twin(name="classroom", asks=_classroom),
    Twin(name="popular_tool", asks=_popular_tool, are_strangers=True),
)
"""Order matters: the first that fits is named."""
