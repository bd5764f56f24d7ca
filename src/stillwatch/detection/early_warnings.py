"""What often comes before a campaign: every precursor on the shelf, asked of one window.

The signs of each precursor that hold at the stated rate are told. Accounts that are in a campaign already need no
warning; a group that an honest twin explains, customers of the ledger, and several keys of an organisation that names
itself openly get none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.core.early_warning import EarlyWarning
from stillwatch.detection.picture import moment
from stillwatch.detection.precursor import Held, Outlook, Unproven, held
from stillwatch.detection.twins import named_openly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import numpy.typing as npt

    from stillwatch.detection.campaigns import Found
    from stillwatch.detection.precursor import Precursor
    from stillwatch.detection.scene import Scene
    from stillwatch.logs.window import Window
    from stillwatch.logs.window_rows import Ints

_MOST_OF_ONE_KIND: Final = 20
_ALREADY: Final = 0.5  # of the accounts are in a campaign
_LEAST_KNOWN: Final = 0.5  # of the accounts are the ledger's
_LEAST_OPEN: Final = 0.8  # of the accounts name one organisation


def early_warnings(  # noqa: PLR0913  # what was found, what is asked of it, and how it may be told
    window: Window,
    scene: Scene,
    found: Found,
    precursors: tuple[Precursor, ...],
    *,
    authorised: npt.NDArray[np.bool_],
    redact: Callable[[str], str],
) -> tuple[EarlyWarning, ...]:
    """Ask every precursor; the first of each kind, at most twenty. `authorised`, shape (accounts,), is the ledger's."""
    if not precursors:
        return ()
    outlook = Outlook(scene=scene, unproven=_unproven(scene, found), search=window.variants(), repeats=window.repeats())
    guilty = _marked(scene, (one.judgement.suspects.accounts for one in found.accepted))

    def is_news(accounts: Ints) -> bool:
        is_settled = guilty[accounts].mean() >= _ALREADY or authorised[accounts].mean() >= _LEAST_KNOWN
        return not is_settled and (len(accounts) == 1 or named_openly(scene, accounts).share < _LEAST_OPEN)

    kept = [
        (precursor, one)
        for precursor in precursors
        for one in [each for each in held(precursor.see(outlook)) if is_news(each.sign.accounts)][:_MOST_OF_ONE_KIND]
    ]
    if not kept:
        return ()
    texts = window.excerpts([one.sign.exchange_no for _, one in kept])
    names = window.names()
    return tuple(
        _told(precursor, one, tuple(str(name) for name in names[one.sign.accounts]), _first(excerpts, redact))
        for (precursor, one), excerpts in zip(kept, texts, strict=True)
    )


def _unproven(scene: Scene, found: Found) -> tuple[Unproven, ...]:
    """Groups that were tested, without those on the list and those that a twin explains."""
    judged = [one.judgement for one in found.accepted] + [one.judgement for one in found.declined]
    settled = _marked(scene, (one.suspects.accounts for one in judged))
    return tuple(
        Unproven(accounts=one.accounts, evidence=one.evidence, exchanges=one.exchanges)
        for one in found.tested
        if settled[one.accounts].mean() < _ALREADY
    )


def _marked(scene: Scene, groups: Iterable[Ints]) -> npt.NDArray[np.bool_]:
    """Which of all accounts, shape (accounts,), are in one of the groups."""
    out = np.zeros(scene.accounts, np.bool_)
    for group in groups:
        out[group] = True
    return out


def _told(precursor: Precursor, one: Held, names: tuple[str, ...], excerpt: str) -> EarlyWarning:
    sign = one.sign
    return EarlyWarning(
        kind=precursor.name,
        because=sign.because,
        p_value=sign.p_value,
        q_value=one.q_value,
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
