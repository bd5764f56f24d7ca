"""How a group of accounts uses a public prompt set: dealt out in shards, or run whole by each.

The numbers behind the link `corpus_partition`, the twin `public_benchmark` and the sentences of the report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from stillwatch.core.prompt_set import SetTaken

if TYPE_CHECKING:
    from stillwatch.detection.scene import Scene
    from stillwatch.logs.window_rows import Ints

WHOLE: Final = 0.5
"""An account that sends this share of a set or more runs it whole: an evaluator, not a shard."""
_LEAST_ITEMS: Final = 10  # of the set, all members together; fewer are chance
_LEAST_SHARE: Final = 0.002
_LEAST_RUNNERS: Final = 0.7  # of the members


@dataclass(frozen=True, slots=True, kw_only=True)
class SetUse:
    """What some accounts sent of one set; `place` and `item`, shape (m,), are the distinct pairs, in order of item."""

    name: str
    items: int
    accounts: int
    place: Ints
    """Index of the account among those asked about."""
    item: Ints
    exchanges: int

    def counts(self) -> Ints:
        """Different items of each account, shape (accounts,)."""
        return np.bincount(self.place, minlength=self.accounts).astype(np.int64)

    def taken(self) -> int:
        return len(np.unique(self.item))

    def shards(self) -> SetUse:
        """The use of those accounts that send a part of the set, less than half of it, renumbered."""
        counts = self.counts()
        is_shard = (counts > 0) & (counts < WHOLE * self.items)
        kept = is_shard[self.place]
        number = np.cumsum(is_shard) - 1
        return SetUse(
            name=self.name,
            items=self.items,
            accounts=int(is_shard.sum()),
            place=number[self.place[kept]],
            item=self.item[kept],
            exchanges=self.exchanges,
        )

    def overlap_share(self) -> float:
        """Of what an account took, the share that another took too, averaged over pairs of accounts that took any."""
        accounts = int((self.counts() > 0).sum())
        if accounts < 2:
            return 0.0
        degree = np.unique(self.item, return_counts=True)[1]
        return float((degree * (degree - 1)).sum() / ((accounts - 1) * len(self.item)))


def uses_of(scene: Scene, accounts: Ints, within: Ints | None = None) -> tuple[SetUse, ...]:
    """What the accounts (ascending) sent of each set, the most of it first; sets that they hardly touch are left out.

    `within`, exchange numbers, leaves other exchanges out of account.
    """
    takings = scene.takings
    if len(takings.item) == 0:
        return ()
    place = np.full(scene.accounts, -1, np.int64)
    place[accounts] = np.arange(len(accounts))
    mine = place[takings.account] >= 0
    if within is not None:
        mine &= np.isin(takings.exchange, within)
    out = []
    for number, (name, items) in enumerate(zip(takings.names, takings.items, strict=True)):
        rows = mine & (takings.corpus == number)
        pairs = np.unique(np.stack([takings.item[rows], place[takings.account[rows]]]), axis=1)
        if len(np.unique(pairs[0])) >= max(min(_LEAST_ITEMS, items), _LEAST_SHARE * items):
            out.append(
                SetUse(
                    name=name,
                    items=items,
                    accounts=len(accounts),
                    place=pairs[1],
                    item=pairs[0],
                    exchanges=len(np.unique(takings.exchange[rows])),
                )
            )
    return tuple(sorted(out, key=lambda one: (-one.taken(), one.name)))


def sets_taken(scene: Scene, accounts: Ints, within: Ints | None = None) -> tuple[SetTaken, ...]:
    """Say which public sets the accounts took and how much of each, the most first."""
    return tuple(_told(use) for use in uses_of(scene, accounts, within))


def _told(use: SetUse) -> SetTaken:
    counts = use.counts()
    whole = int((counts >= WHOLE * use.items).sum())
    shards = int((counts > 0).sum()) - whole
    overlap = use.overlap_share()
    return SetTaken(
        name=use.name,
        items=use.items,
        taken=use.taken(),
        exchanges=use.exchanges,
        shards=shards,
        whole=whole,
        overlap_share=overlap,
        because=_sentence(use, shards, whole, overlap),
    )


def _sentence(use: SetUse, shards: int, whole: int, overlap: float) -> str:
    said = f"covered {_percent(use.taken() / use.items)} of the {use.items:,} prompts of {use.name}"
    if whole and not shards:
        return f"{said}; {_accounts(whole)} ran half of it or more, each by itself, as an evaluator does"
    both = f"{said} between {_accounts(shards + whole)}; any two share {_percent(overlap)}"
    return f"{both}; {whole:,} of them ran half of it or more" if whole else both


def runs_whole(scene: Scene, accounts: Ints) -> str:
    """The sentence for accounts of which most run one public set whole, each by itself; empty where they do not."""
    for use in uses_of(scene, accounts):
        is_whole = use.counts() >= WHOLE * use.items
        if is_whole.mean() >= _LEAST_RUNNERS:
            usual = float(np.median(use.counts()[is_whole])) / use.items
            return (
                f"{int(is_whole.sum()):,} of the {len(accounts):,} accounts each ran the public set {use.name} by "
                f"themselves, {_percent(usual)} of its {use.items:,} prompts in the usual case, as evaluators do"
            )
    return ""


def _accounts(count: int) -> str:
    return f"{count:,} account{'s' * (count != 1)}"


def _percent(share: float) -> str:
    """A share in per cent with the figures that it needs, such as 83 % or 0.4 %."""
    if share >= 0.995 or share == 0:
        return f"{share:.0%}".replace("%", " %")
    return f"{100 * share:.0f} %" if share >= 0.02 else f"{100 * share:.1g} %"


def collisions(use: SetUse) -> int:
    """Items taken again: what all accounts took, each counted once for itself, less what they took together."""
    return len(use.item) - use.taken()


def sampled_accounts(use: SetUse, most: int, seed: int) -> SetUse:
    """At most so many of the accounts, drawn at random."""
    if use.accounts <= most:
        return use
    chosen = np.sort(np.random.default_rng(seed).choice(use.accounts, most, replace=False))
    number = np.full(use.accounts, -1, np.int64)
    number[chosen] = np.arange(most)
    kept = number[use.place] >= 0
    return SetUse(
        name=use.name,
        items=use.items,
        accounts=most,
        place=number[use.place[kept]],
        item=use.item[kept],
        exchanges=use.exchanges,
    )


def shifted_collisions(use: SetUse, draws: int, seed: int) -> npt.NDArray[np.float64]:
    """Items taken again when each account begins at a place of its own in the list, shape (draws,).

    What an account took keeps its shape (a run of neighbours, every tenth item, items at random); where it begins is
    drawn anew. Accounts that work through parts of a list on their own would meet as often as this.
    """
    random = np.random.default_rng(seed)
    out = np.empty(draws)
    for draw in range(draws):
        moved = (use.item + random.integers(0, use.items, use.accounts)[use.place]) % use.items
        out[draw] = len(use.item) - np.count_nonzero(np.bincount(moved, minlength=use.items))
    return out
