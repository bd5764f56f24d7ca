"""What the report draws of a campaign: members and ties, a timeline, the shared text, what was taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.core.campaign import Picture, Tie
from stillwatch.detection.capabilities import taken_from
from stillwatch.detection.template_text import template_text
from stillwatch.logs.window_rows import DAY_NS, HOUR_NS, Ints

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene, Suspects

_MOST_ACCOUNTS: Final = 220
_MOST_TIES: Final = 700
_MOST_BINS: Final = 120
_NEIGHBOURS: Final = 2
_SAMPLES: Final = 16

Excerpts = Sequence[tuple[int, str, str]]


def draw(  # noqa: PLR0913, PLR0917  # the campaign, its names and its texts come from three places
    scene: Scene,
    suspects: Suspects,
    campaign_id: str,
    names: Sequence[str],
    excerpts: Excerpts,
    redact: Callable[[str], str],
) -> Picture:
    """Draw one campaign; `names` are those of `suspects.accounts`, `excerpts` kept texts of its exchanges."""
    starts, counts, width = _timeline(suspects.events["started_at"])
    systems = [system for _, system, _ in excerpts if system]
    prompts = [redact(prompt) for _, _, prompt in excerpts[:_SAMPLES] if prompt]
    shared = [part for part in (_common_system(systems, redact), template_text(prompts)) if part]
    shown = np.sort(np.argsort(-suspects.focus_counts(), kind="stable")[:_MOST_ACCOUNTS])
    registry = scene.registry
    return Picture(
        campaign_id=campaign_id,
        shown_accounts=tuple(names[place] for place in shown),
        ties=tuple(_ties(scene, suspects, shown, names)),
        bin_s=int(width // 10**9),
        bin_starts=tuple(moment(int(start)) for start in starts),
        bin_exchanges=tuple(int(count) for count in counts),
        created_at=_moments(registry.created_at[suspects.accounts]),
        banned_at=_moments(registry.banned_at[suspects.accounts]),
        model_releases=_releases(scene),
        template_text="\n\n".join(shared),
        sample_text=prompts[0] if prompts else "",
        taken=taken_from(suspects),
    )


def moment(nanoseconds: int) -> datetime:
    """A time of the log as a date with zone."""
    return datetime.fromtimestamp(nanoseconds / 1e9, tz=UTC)


def _moments(times: Ints) -> tuple[datetime, ...]:
    return tuple(moment(int(one)) for one in np.sort(times[times > 0]))


def _timeline(times: Ints) -> tuple[Ints, Ints, int]:
    if len(times) == 0:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), HOUR_NS
    first, last = int(times.min()), int(times.max())
    width = next(
        (hours * HOUR_NS for hours in (1, 2, 3, 6, 12) if (last - first) / (hours * HOUR_NS) < _MOST_BINS), DAY_NS
    )
    origin = first // width * width
    counts = np.bincount((times - origin) // width)
    return origin + np.arange(len(counts)) * width, counts.astype(np.int64), width


def _common_system(systems: Sequence[str], redact: Callable[[str], str]) -> str:
    """The system text, where nearly all kept excerpts have the same."""
    if not systems:
        return ""
    most = max(set(systems), key=systems.count)
    return "system: " + redact(most) if systems.count(most) >= 0.8 * len(systems) else ""


def _releases(scene: Scene) -> tuple[tuple[str, datetime], ...]:
    start = int(scene.population.first_at.min())
    return tuple((model.name, moment(model.first_at)) for model in scene.models if model.first_at > start + DAY_NS)


def _ties(scene: Scene, suspects: Suspects, shown: Ints, names: Sequence[str]) -> list[Tie]:
    """Hand-overs first, then shared registration, same prompts, and each account's nearest in what it asks for."""
    place_of = {int(account): place for place, account in enumerate(suspects.accounts) if place in set(shown.tolist())}
    found: dict[tuple[int, int, str], float] = {}
    hands = scene.handovers
    for left, right, weight in zip(
        hands.left.tolist(), hands.right.tolist(), hands.after_refusal.tolist(), strict=True
    ):
        if weight and left in place_of and right in place_of:
            _add(found, place_of[left], place_of[right], "handover", float(weight))
    for name, keys in scene.registry.keys.items():
        if name in {"payment_key", "device_key", "phone_key", "email_key"}:
            _add_stars(found, keys[suspects.accounts], shown, name.removesuffix("_key"))
    _add_same_prompts(found, suspects, set(shown.tolist()))
    _add_nearest(found, scene, suspects, shown)
    ordered = sorted(found.items(), key=lambda item: (_KIND_ORDER.get(item[0][2], 9), -item[1], item[0]))[:_MOST_TIES]
    return [
        Tie(left=names[left], right=names[right], kind=kind, weight=weight) for (left, right, kind), weight in ordered
    ]


_KIND_ORDER: Final = {
    "handover": 0,
    "payment": 1,
    "device": 1,
    "phone": 1,
    "email": 1,
    "same_workload": 2,
    "same_prompt": 3,
}


def _add(found: dict[tuple[int, int, str], float], left: int, right: int, kind: str, weight: float) -> None:
    key = (min(left, right), max(left, right), kind)
    found[key] = found.get(key, 0.0) + weight


def _add_stars(found: dict[tuple[int, int, str], float], keys: Ints, shown: Ints, kind: str) -> None:
    first: dict[int, int] = {}
    for place in shown.tolist():
        key = int(keys[place])
        if key and key in first:
            _add(found, first[key], place, kind, 1.0)
        elif key:
            first[key] = place


def _add_same_prompts(found: dict[tuple[int, int, str], float], suspects: Suspects, shown: set[int]) -> None:
    """Tie accounts that sent one prompt, as a chain along each prompt: a clique would drown the picture."""
    keys, place = suspects.events["exact_key"], suspects.place
    order = np.lexsort((place, keys))
    same = (np.diff(keys[order]) == 0) & (np.diff(place[order]) != 0) & (keys[order][:-1] != 0)
    pairs, counts = np.unique(np.stack([place[order][:-1][same], place[order][1:][same]]), axis=1, return_counts=True)
    strongest = np.argsort(-counts, kind="stable")[: 2 * _MOST_TIES]
    for left, right, count in zip(*pairs[:, strongest].tolist(), counts[strongest].tolist(), strict=True):
        if left in shown and right in shown:
            _add(found, left, right, "same_prompt", float(count))


def _add_nearest(found: dict[tuple[int, int, str], float], scene: Scene, suspects: Suspects, shown: Ints) -> None:
    profile = scene.profile[suspects.accounts[shown]]
    able = np.flatnonzero(~np.isnan(profile[:, 0]))
    if len(able) <= _NEIGHBOURS:
        return
    inside = profile[able]
    squares = (inside**2).sum(axis=1)
    distance = squares[:, None] + squares[None, :] - 2 * inside @ inside.T
    np.fill_diagonal(distance, np.inf)
    for row, nearest in enumerate(np.argsort(distance, axis=1)[:, :_NEIGHBOURS].tolist()):
        for column in nearest:
            _add(found, int(shown[able[row]]), int(shown[able[column]]), "same_workload", 1.0)
