"""What follows what in a suspect's text: each distinct (context, token) pair once, with how often it was seen.

>>> table = table_of_texts([np.array([7, 8, 9, 7, 8, 9]), np.array([7, 8, 5])], width=2)
>>> [(*map(int, table.contexts[i]), int(t), int(w)) for i, t, w in zip(table.context_of, table.tokens, table.weights)]
[(7, 8, 5, 1), (7, 8, 9, 2), (8, 9, 7, 1), (9, 7, 8, 1)]

A context lies wholly in one text: what would reach over its beginning is passed over, since padded contexts recur in
every text. Nothing here knows a key, so what a rule picks from such a table is independent of every score.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.attribution.detect import Pairs, are_among, pairs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairTable:
    """Distinct pairs, by context and then by token."""

    contexts: Ints
    """(c, width): the distinct contexts."""
    context_seen: Ints
    """(c,): at how many places each occurs."""
    context_of: Ints
    """(p,): row of `contexts` of each pair."""
    tokens: Ints
    """(p,)"""
    weights: Floats
    """(p,): how often the pair was seen, or the sum of the probabilities that a model gave it."""


class Counted(NamedTuple):
    """Contexts (c, width), each once, and how often they occurred (c,)."""

    contexts: Ints
    counts: Ints


def table_of_texts(texts: Sequence[npt.ArrayLike], *, width: int, prompt_contexts: Ints | None = None) -> PairTable:
    """The pairs of texts (token ids each), without any at a context that occurs in a prompt (`detect.contexts_of`).

    What a suspect was asked may hold marked text, which it then repeats: contexts of all prompts are left out at every
    place. Given the prompts, the replies are then independent of all that is scored, under the null hypothesis.
    """
    pairs = pairs_of(texts, width)
    if prompt_contexts is not None:
        kept = ~are_among(pairs, prompt_contexts)
        pairs = Pairs(pairs.contexts[kept], pairs.tokens[kept])
    return _table(pairs, np.ones(len(pairs.tokens)))


def table_of_probabilities(contexts: Ints, tokens: Ints, probabilities: Floats) -> PairTable:
    """The pairs of a probe: at each place (n, width) the tokens (n, m) that a model thinks likeliest, and how likely.

    Probes are clean, unmarked text. Tokens that are not listed count as nil, which costs power where m is small and
    never touches the null.
    """
    listed = tokens.shape[1]
    pairs = Pairs(np.repeat(contexts, listed, axis=0), tokens.ravel())
    table = _table(pairs, probabilities.ravel())
    return replace(table, context_seen=table.context_seen // listed)


def contexts_of_texts(texts: Sequence[npt.ArrayLike], *, width: int) -> Counted:
    """How often each context was followed by a token, in what was served under a key."""
    contexts = pairs_of(texts, width).contexts
    (ids,) = shared_ids(contexts)
    _, first, counts = np.unique(ids, return_index=True, return_counts=True)
    return Counted(contexts[first], counts)


def counts_at(contexts: Ints, counted: Counted) -> Ints:
    """How often each of some contexts (c, width) occurs among those that were counted; 0 where it does not."""
    out = np.zeros(len(contexts), np.int64)
    if len(counted.contexts) == 0 or len(contexts) == 0:
        return out
    known, asked = shared_ids(counted.contexts, contexts)
    order = np.argsort(known)
    at = np.minimum(np.searchsorted(known[order], asked), len(known) - 1)
    hit = known[order][at] == asked
    out[hit] = counted.counts[order][at][hit]
    return out


def shared_ids(*tables: Ints) -> list[Ints]:
    """One number for each distinct row over several tables (n, width), in the rows' order from 0.

    Columns are ranked one after another: a rank and a column make one 64-bit number, whatever the token ids are.
    """
    rows = np.concatenate(tables)
    ids = np.zeros(len(rows), np.int64)
    for column in rows.T:
        values, ranked = np.unique(column, return_inverse=True)
        ids = np.unique(ids * max(len(values), 1) + ranked, return_inverse=True)[1]
    return np.split(ids, np.cumsum([len(table) for table in tables])[:-1])


def _table(pairs: Pairs, weights: Floats) -> PairTable:
    (ids,) = shared_ids(pairs.contexts)
    _, first_context, context_seen = np.unique(ids, return_index=True, return_counts=True)
    (pair_ids,) = shared_ids(np.stack([ids, pairs.tokens], axis=1))
    _, first_pair, back = np.unique(pair_ids, return_index=True, return_inverse=True)
    return PairTable(
        contexts=pairs.contexts[first_context],
        context_seen=context_seen,
        context_of=ids[first_pair],
        tokens=pairs.tokens[first_pair],
        weights=np.bincount(back, weights=weights, minlength=len(first_pair)).astype(np.float64),
    )
