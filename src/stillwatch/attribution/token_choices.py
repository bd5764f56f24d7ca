"""A codebook for models of tokens: contexts whose second-best token is nearly as common as the best.

>>> choices = choices_of(table_of_texts([np.array([1, 2, 1, 3, 1, 2, 1, 3])], width=1), 1)
>>> choices.contexts.tolist(), choices.firsts.tolist(), choices.seconds.tolist()
([[1]], [2], [3])
>>> rewritten(np.array([1, 2, 1, 3, 4]), choices, np.array([True])).tolist()
[1, 3, 1, 3, 4]

Where either of the two tokens follows the context, the coin says which is served. Contexts are read in what was already
served, as a student reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from stillwatch.attribution.pair_table import Counted, counts_at, table_of_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from stillwatch.attribution.pair_table import Ints, PairTable
    from stillwatch.attribution.sign_test import Coins


class TokenChoices(NamedTuple):
    """Contexts (n, width), and the two tokens of each (n,)."""

    contexts: Ints
    firsts: Ints
    seconds: Ints

    @property
    def names(self) -> tuple[str, ...]:
        """What the coins of a key are drawn by: the context and both tokens."""
        rows = np.column_stack([self.contexts, self.firsts, self.seconds])
        return tuple(str(row) for row in rows.tolist())


def choices_of(table: PairTable, most: int, *, touched_share: float = 1.0) -> TokenChoices:
    """The contexts whose second choice is commonest in unmarked text, at most so many; of equals, the first.

    Coins change half of the places where a choice stands, on average. `touched_share` is the part of all tokens that
    they may change: choices so common that as many of them would change more are passed over.
    """
    order = np.lexsort((table.tokens, -table.weights, table.context_of))
    context_of = table.context_of[order]
    rank = np.arange(len(order)) - np.searchsorted(context_of, context_of)
    seconds = np.flatnonzero(rank == 1)
    places = table.weights[order[seconds - 1]] + table.weights[order[seconds]]
    seconds = seconds[places * most <= 2 * touched_share * table.weights.sum()] if touched_share < 1 else seconds
    chosen = seconds[np.argsort(-table.weights[order[seconds]], kind="stable")[:most]]
    tokens = table.tokens[order]
    return TokenChoices(table.contexts[context_of[chosen]], tokens[chosen - 1], tokens[chosen])


def rewritten(tokens: Ints, choices: TokenChoices, coins: Coins) -> Ints:
    """The tokens (t,) with each choice as its coin says: true = the second."""
    width = choices.contexts.shape[1]
    rows = np.column_stack([choices.contexts, choices.firsts, choices.seconds]).tolist()
    served_at = {
        tuple(row[:width]): (row[width:], row[width + int(coin)]) for row, coin in zip(rows, coins, strict=True)
    }
    out: list[int] = tokens.tolist()
    for at in range(width, len(out)):
        pair, served = served_at.get(tuple(out[at - width : at]), ([], 0))
        if out[at] in pair:
            out[at] = served
    return np.array(out, np.int64)


def counts_of(texts: Sequence[npt.ArrayLike], choices: TokenChoices) -> Ints:
    """How often each of the two tokens follows its context, shape (n, 2)."""
    table = table_of_texts(texts, width=choices.contexts.shape[1])
    rows = np.column_stack([table.contexts[table.context_of], table.tokens])
    sides = [np.column_stack([choices.contexts, side]) for side in (choices.firsts, choices.seconds)]
    counted = Counted(rows, table.weights.astype(np.int64))
    return np.stack([counts_at(side, counted) for side in sides], axis=1)
