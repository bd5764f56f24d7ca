"""What would change a verdict: found by changing one thing and asking the same code again.

Nothing here knows a threshold. Evidence is left out by making its links silent; a number of the group is moved until an
honest twin fits, by bisection; an account is given other traffic until its standing turns.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.core.explanation import Change, Without
from stillwatch.detection.judgement import test_group
from stillwatch.detection.shape import shape_of
from stillwatch.detection.standing import served
from stillwatch.detection.twins import TWINS

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.campaign import Evidence, Standing
    from stillwatch.detection.link import Link
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.detection.shape import Shape

_SEEN: Final = 0.05
_STEPS: Final = 24
_OWN_ORGANISATION: Final = 2**61 + 17  # a value that no account of the log holds
_WORDS: Final = {
    "single_turn_share": "exchanges that are single questions",
    "distinct_share": "exchanges with a prompt that nobody sent before",
    "overlap": "members that send a prompt which another member sent",
    "own_repeat_share": "exchanges that repeat a prompt of the same account",
    "quiet_share": "traffic in the quietest six hours of the day",
    "focus_share": "the members' traffic that carries the group's keys",
}


def without_families(
    scene: Scene, suspects: Suspects, links: tuple[Link, ...], fdr: float, judged: int
) -> list[Without]:
    """The group's p-value without each family of evidence that it has, the one that matters most first."""
    families = {one.family for one in test_group(scene, suspects, links).evidence if one.p_value <= _SEEN}
    out = []
    for family in sorted(families):
        left = tuple(replace(link, test=_silent) if link.family is family else link for link in links)
        p_value = test_group(scene, suspects, left).p_value
        is_reported = p_value * max(1, judged) <= fdr
        ending = "it would still be reported" if is_reported else "the group would not be reported"
        because = (
            f"without the {family.value} evidence the p-value would be {p_value:.2g}, and {ending}"
            if p_value < 1
            else f"without the {family.value} evidence nothing would be left that a campaign needs, and {ending}"
        )
        out.append(Without(family=family.value, p_value=p_value, is_reported=is_reported, because=because))
    return sorted(out, key=lambda one: (-one.p_value, one.family))


def _silent(scene: Scene, suspects: Suspects) -> Evidence | None:
    """A link that was asked and has nothing to say."""
    del scene, suspects
    return None  # strict typing asks for it


def changes_of_group(scene: Scene, suspects: Suspects) -> list[Change]:
    """The least change of each one number with which an honest twin would fit, the least change first."""
    found = [_one_organisation(scene, suspects)]
    shape = shape_of(scene, suspects)
    found += [_shape_change(scene, suspects, shape, field.name) for field in fields(shape) if field.name in _WORDS]
    return sorted((one for one in found if one is not None), key=lambda one: abs(one.needed - one.now))


def _one_organisation(scene: Scene, suspects: Suspects) -> Change | None:
    """How many members would have to name one organisation for a twin to fit."""
    names = scene.registry.keys["organisation"]

    def twin_of(count: int) -> str:
        changed = names.copy()
        changed[suspects.accounts[:count]] = _OWN_ORGANISATION
        registry = replace(scene.registry, keys={**scene.registry.keys, "organisation": changed})
        return _fitting(replace(scene, registry=registry), suspects, shape_of(scene, suspects))

    if twin_of(0) or not twin_of(suspects.size):
        return None
    low, high = 0, suspects.size
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if twin_of(middle) else (middle, high)
    share = high / suspects.size
    held = names[suspects.accounts]
    now = float(np.unique(held[held != 0], return_counts=True)[1].max(initial=0) / suspects.size)
    return Change(
        what="members that name one organisation",
        now=now,
        needed=share,
        because=f"if {share:.0%} of the members named one organisation in the accounts file ({now:.0%} do), the group "
        f"would be set aside as {_spoken(twin_of(high))}",
    )


def _shape_change(scene: Scene, suspects: Suspects, shape: Shape, name: str) -> Change | None:
    now = float(getattr(shape, name))

    def twin_at(value: float) -> str:
        return _fitting(scene, suspects, replace(shape, **{name: value}))  # type: ignore[arg-type]  # shares alone are named

    if twin_at(now):
        return None
    ends = [(end, _nearest(now, end, twin_at)) for end in (0.0, 1.0) if twin_at(end)]
    if not ends:
        return None
    needed = min((value for _, value in ends), key=lambda value: abs(value - now))
    bound = "at least" if needed > now else "at most"
    return Change(
        what=_WORDS[name],
        now=now,
        needed=needed,
        because=f"{_WORDS[name]}: now {now:.0%}; with {bound} {needed:.0%} the group would be set aside as "
        f"{_spoken(twin_at(needed))}",
    )


def _nearest(now: float, end: float, twin_at: Callable[[float], str]) -> float:
    """The value nearest to `now` at which a twin fits, taken that it fits from there to the end."""
    low, high = now, end
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if twin_at(middle) else (middle, high)
    return high


def _fitting(scene: Scene, suspects: Suspects, shape: Shape) -> str:
    return next((twin.name for twin in TWINS if twin.asks(scene, suspects, shape).fits), "")


def _spoken(twin: str) -> str:
    return twin.replace("_", " ")


def changes_of_member(scene: Scene, suspects: Suspects, place: int) -> list[Change]:
    """How much other traffic would turn one account's standing."""
    standing = served(scene, suspects).standings[place]
    all_now = int(suspects.all_exchanges[place])

    def standing_with(more: int) -> Standing:
        all_exchanges = suspects.all_exchanges.copy()
        all_exchanges[place] += more
        return served(scene, replace(suspects, all_exchanges=all_exchanges)).standings[place]

    most = 1000 * max(1, all_now)
    if standing_with(most) is standing:
        return []
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if standing_with(middle) is not standing else (middle, high)
    return [
        Change(
            what="exchanges of the account that have nothing to do with the campaign",
            now=float(all_now - suspects.focus_counts()[place]),
            needed=float(all_now - suspects.focus_counts()[place] + high),
            because=f"with {high:,} more exchanges of its own beside the campaign's the account would stand as "
            f"{standing_with(high).value} instead of {standing.value}",
        )
    ]
