"""Explain one group: its ties with their null models, the keys that tie it, and how a member compares."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.core.campaign import TwinConsidered
from stillwatch.core.explanation import Compared, ExplainedEvidence
from stillwatch.detection.core_group import configuration_of
from stillwatch.detection.judgement import test_group
from stillwatch.detection.purpose import findings_of
from stillwatch.detection.shape import shape_of
from stillwatch.detection.twins import TWINS
from stillwatch.detection.usual import active_days

if TYPE_CHECKING:
    from collections.abc import Callable

    from stillwatch.core.campaign import Evidence
    from stillwatch.detection.link import Link
    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.detection.signal import Signal
    from stillwatch.logs.window_rows import Ints

_SHOWN_P: Final = 0.05
_LABEL: Final = re.compile(r"^[A-Z][A-Za-z ]{1,24}:\s", re.MULTILINE)


class KeyUse(NamedTuple):
    """One key of a group: who uses it inside and outside, and how often inside."""

    kind: int
    key: int
    accounts: int
    exchanges: int
    others: int


def explained_evidence(
    scene: Scene,
    suspects: Suspects,
    links: tuple[Link, ...],
    signals: tuple[Signal, ...],
    reported: tuple[Evidence, ...] = (),
) -> tuple[ExplainedEvidence, ...]:
    """Every tie and behaviour of the group, with what its figure is held against.

    `reported` adds the evidence of a result that was found on another group of mostly the same accounts.
    """
    by_name = {link.name: link for link in links}
    ties = (
        ExplainedEvidence(
            evidence=one,
            axis=by_name[one.source].axis,
            null_model=said_in(by_name[one.source].test, "Null model"),
        )
        for one in test_group(scene, suspects, links).evidence
        if one.p_value <= _SHOWN_P
    )
    seen = {signal.name: signal for signal in signals}
    behaviours = (
        ExplainedEvidence(evidence=one.evidence, axis="purpose", null_model=said_in(seen[one.signal].see, "Why"))
        for one in findings_of(scene, suspects, signals)
    )
    here = (*ties, *behaviours)
    lent = (
        ExplainedEvidence(
            evidence=one,
            axis=by_name[one.source].axis,
            null_model=said_in(by_name[one.source].test, "Null model"),
        )
        for one in reported
        if one.source in by_name and one.source not in {each.evidence.source for each in here}
    )
    return (*here, *lent)


def said_in(function: Callable[..., object], label: str) -> str:
    """A paragraph of the manual page of the shelf file that a function stands in; empty where it has none."""
    page = sys.modules[function.__module__].__doc__ or ""
    _, _, rest = page.partition(f"\n{label}:")
    end = _LABEL.search(rest)
    return " ".join(rest[: end.start() if end else None].split())


def twins_of(scene: Scene, suspects: Suspects) -> tuple[TwinConsidered, ...]:
    """Each honest twin with the number that rules it out, or that would fit it."""
    shape = shape_of(scene, suspects)
    return tuple(
        TwinConsidered(twin=twin.name, why_not=("fits: " if fit.fits else "") + fit.because)
        for twin in TWINS
        for fit in [twin.asks(scene, suspects, shape)]
    )


def key_uses(scene: Scene, suspects: Suspects, most: int, account: int | None = None) -> list[KeyUse]:
    """The keys that bring the group together, the most telling first; of one account, the keys it uses.

    Telling is a key that carries much of the group's traffic and that few others use.
    """
    shares, out = scene.shares, []
    is_member = np.zeros(scene.accounts, np.bool_)
    is_member[suspects.accounts] = True
    for key in np.unique(suspects.events.keys).tolist():
        start, end = (int(np.searchsorted(shares.key, key, side=side)) for side in ("left", "right"))
        users, uses = shares.account[start:end], shares.exchanges[start:end]
        if start == end or (account is not None and account not in users):
            continue
        inside = is_member[users]
        out.append(
            KeyUse(
                kind=int(shares.kind[start]),
                key=key,
                accounts=len(np.unique(users[inside])),
                exchanges=int(uses[inside].sum()),
                others=len(np.unique(users[~inside])),
            )
        )
    rarity = {one.key: float(np.log(scene.accounts / (1 + one.others))) for one in out}
    return sorted(out, key=lambda one: (-one.exchanges * rarity[one.key], one.key))[:most]


def compared(scene: Scene, suspects: Suspects, place: int) -> tuple[Compared, ...]:
    """How one member stands beside the usual one: rate, share, configuration, client, hours, prompts in common."""
    counts = suspects.focus_counts()
    rates = counts / active_days(scene, suspects.accounts)
    share = counts / np.maximum(1, suspects.all_exchanges)
    lengths = suspects.events["output_tokens"]
    mine = suspects.place == place
    return (
        Compared(what="exchanges of the campaign", account=f"{counts[place]:,}", usual=f"{np.median(counts):,.0f}"),
        Compared(what="exchanges a day", account=f"{rates[place]:.1f}", usual=f"{np.median(rates):.1f}"),
        Compared(
            what="share of its traffic that belongs to the campaign",
            account=f"{share[place]:.0%}",
            usual=f"{np.median(share):.0%}",
        ),
        _agreement("request parameters", configuration_of(suspects), place),
        _agreement("client program", scene.modes["client"][suspects.accounts], place),
        _agreement("address", scene.modes["address"][suspects.accounts], place),
        Compared(
            what="tokens of a reply",
            account=f"{np.median(lengths[mine]):,.0f}" if mine.any() else "none",
            usual=f"{np.median(lengths):,.0f}" if len(lengths) else "none",
        ),
    )


def _agreement(what: str, values: Ints, place: int) -> Compared:
    """Whether the account shows the value that most members show."""
    found, counts = np.unique(values, return_counts=True)
    top = int(np.argmax(counts))
    is_same = values[place] == found[top]
    return Compared(
        what=what,
        account="unknown" if values[place] == 0 else "that of most members" if is_same else "another",
        usual=f"one on {counts[top] / len(values):.0%} of the members",
    )
