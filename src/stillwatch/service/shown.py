"""What of a group can be shown: the words behind its keys, and some of its exchanges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from stillwatch.core.explanation import SharedKey, ShownExchange
from stillwatch.core.key_kind import KeyKind
from stillwatch.detection.explain_group import key_uses
from stillwatch.detection.picture import moment
from stillwatch.logs.prompt_keys import words_of_keys
from stillwatch.logs.sketching import redact
from stillwatch.logs.store import part_of_exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.detection.scene import Scene, Suspects
    from stillwatch.logs.store import Store
    from stillwatch.logs.window import Window
    from stillwatch.logs.window_rows import Ints

_MOST_KEYS: Final = 12
_MOST_LOOKED_UP: Final = 60
_MOST_EXCHANGES: Final = 12
_MOST_TEXTS: Final = 60
_MOST_ASKED: Final = 20_000
_KINDS: Final = {
    KeyKind.SHINGLE: "a run of four words",
    KeyKind.HEAD: "the first words",
    KeyKind.TAIL: "the last words",
    KeyKind.SYSTEM: "the system text",
    KeyKind.SKELETON: "the layout of the lines",
    KeyKind.EXACT: "the whole prompt",
}


def shared_keys(
    window: Window, store: Store, scene: Scene, suspects: Suspects, account: int | None
) -> tuple[SharedKey, ...]:
    """The keys that tie the group, or that tie one account to it, with the words that stand behind them."""
    uses = key_uses(scene, suspects, _MOST_LOOKED_UP, account)
    texts = [(system, prompt) for _, system, prompt in _excerpts(window, suspects.events["exchange_no"])[:_MOST_TEXTS]]
    words = words_of_keys({(one.kind, one.key) for one in uses}, texts, store.settings.salt)
    # A key that can be read says more than one that cannot.
    shown = sorted(uses, key=lambda one: (one.kind, one.key) not in words)[:_MOST_KEYS]
    return tuple(
        SharedKey(
            kind=_KINDS.get(KeyKind(one.kind), "a key"),
            words=redact(words.get((one.kind, one.key), "")),
            accounts=one.accounts,
            exchanges=one.exchanges,
            others=one.others,
        )
        for one in shown
    )


def shown_exchanges(
    window: Window, store: Store, suspects: Suspects, names: Sequence[str], place: int | None
) -> tuple[ShownExchange, ...]:
    """Some exchanges of the group, or of one account in it: those with a kept excerpt first, in order of time."""
    mine = np.arange(len(suspects.events)) if place is None else np.flatnonzero(suspects.place == place)
    numbers = suspects.events["exchange_no"][mine]
    texts = {number: prompt for number, _, prompt in _excerpts(window, numbers) if prompt}
    kept = mine[np.isin(numbers, np.array(list(texts), np.int64))]
    rest = np.setdiff1d(mine, kept)
    chosen = np.sort(np.concatenate([_spread(kept, _MOST_EXCHANGES), _spread(rest, _MOST_EXCHANGES - len(kept))]))
    sources = {number: entry.path for entry in store.inputs() for number in _numbers(store, entry.parts)}
    return tuple(
        ShownExchange(
            number=(number := int(suspects.events["exchange_no"][row])),
            at=moment(int(suspects.events["started_at"][row])),
            account_id=names[int(suspects.place[row])],
            model=str(suspects.events.model[row]),
            source=sources.get(part_of_exchange(number), ""),
            excerpt=redact(texts.get(number, "")),
        )
        for row in chosen.tolist()
    )


def _spread(rows: Ints, most: int) -> Ints:
    """At most so many rows, evenly over all of them."""
    if most <= 0 or len(rows) == 0:
        return np.zeros(0, np.int64)
    return np.asarray(rows[np.unique(np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(np.int64))], np.int64)


def _excerpts(window: Window, numbers: Ints) -> list[tuple[int, str, str]]:
    return window.excerpts([numbers[:: max(1, len(numbers) // _MOST_ASKED)]])[0] if len(numbers) else []


def _numbers(store: Store, names: Sequence[str]) -> list[int]:
    parts = store.parts()
    return [parts[name].number for name in names if name in parts]
