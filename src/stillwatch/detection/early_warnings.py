"""What often comes before a campaign: every precursor on the shelf, asked of one window.

Accounts that are in a campaign already need no warning, and a group that an honest twin explains gets none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.core.early_warning import EarlyWarning
from stillwatch.detection.picture import moment
from stillwatch.detection.precursor import Outlook, Unproven

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stillwatch.detection.campaigns import Found
    from stillwatch.detection.precursor import Precursor, Sign
    from stillwatch.detection.scene import Scene
    from stillwatch.logs.window import Ints, Window

_MOST_OF_ONE_KIND: Final = 20
_ALREADY: Final = 0.5  # of the accounts are in a campaign


def early_warnings(
    window: Window, scene: Scene, found: Found, precursors: tuple[Precursor, ...], redact: Callable[[str], str]
) -> tuple[EarlyWarning, ...]:
    """Ask every precursor; the surest of each kind first, at most twenty of a kind."""
    if not precursors:
        return ()
    outlook = Outlook(scene=scene, unproven=_unproven(found), variants=window.variants(), repeats=window.repeats())
    guilty = _accounts_of(one.judgement.suspects.accounts for one in found.accepted)
    kept = [
        (precursor, sign)
        for precursor in precursors
        for sign in sorted(precursor.see(outlook), key=lambda one: one.p_value)[:_MOST_OF_ONE_KIND]
        if np.isin(sign.accounts, guilty).mean() < _ALREADY
    ]
    if not kept:
        return ()
    texts = window.excerpts([sign.exchange_no for _, sign in kept])
    names = window.names()
    return tuple(
        _told(precursor, sign, tuple(str(name) for name in names[sign.accounts]), _first(excerpts, redact))
        for (precursor, sign), excerpts in zip(kept, texts, strict=True)
    )


def _unproven(found: Found) -> tuple[Unproven, ...]:
    """Groups that were tested, without those on the list and those that a twin explains."""
    settled = _accounts_of(
        [one.judgement.suspects.accounts for one in found.accepted]
        + [one.judgement.suspects.accounts for one in found.declined]
    )
    return tuple(
        Unproven(accounts=one.suspects.accounts, evidence=one.evidence, exchanges=one.suspects.exchanges)
        for one in found.tested
        if np.isin(one.suspects.accounts, settled).mean() < _ALREADY
    )


def _accounts_of(groups: Iterable[Ints]) -> Ints:
    return np.unique(np.concatenate([np.zeros(0, np.int64), *groups]))


def _told(precursor: Precursor, sign: Sign, names: tuple[str, ...], excerpt: str) -> EarlyWarning:
    return EarlyWarning(
        kind=precursor.name,
        because=sign.because,
        p_value=sign.p_value,
        accounts=names,
        exchanges=sign.exchanges,
        prompts=sign.prompts,
        first_seen=moment(sign.first_at),
        last_seen=moment(sign.last_at),
        twin=precursor.twin,
        instead=precursor.instead,
        excerpt=excerpt,
    )


def _first(excerpts: list[tuple[int, str, str]], redact: Callable[[str], str]) -> str:
    return next((redact(prompt) for _, _, prompt in excerpts if prompt), "")
