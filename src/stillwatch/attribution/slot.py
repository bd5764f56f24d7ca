"""Several keys in one answer: a secret lottery says, context by context, which of them marks there.

>>> slots_of(np.array([[1, 2], [2, 3], [3, 4], [1, 2]]), bytes(16), 2).tolist()
[0, 0, 1, 0]

A global key traces a model however many accounts its text was bought through; an account's key traces text that leaked
from it. Both can be in every answer: the slot key gives each context to one of them. Whoever tests for one layer
scores the contexts of its slot alone. The slot key is drawn apart from all others and committed to with them, so what
it leaves out is left out without a look at any score.

Source: the function is SipHash-2-4 (Aumasson and Bernstein 2012); layers of accounts below a global key as in many-user
marks (Cohen, Hoover and Schoenbach 2024, arXiv 2405.11109), by slots instead of by codes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.attribution.detect import Pairs
from stillwatch.attribution.prf.siphash import siphash_of_tokens
from stillwatch.attribution.reference_sampler import sample_marked

if TYPE_CHECKING:
    from stillwatch.attribution.pair_table import Ints
    from stillwatch.attribution.reference_sampler import Mark
    from stillwatch.attribution.scheme import Floats, Tokens


_KEY_BYTES: Final = 16


class Slot(NamedTuple):
    """The contexts that one layer marks."""

    key: bytes
    """16 bytes, of the slot key's secret."""
    layers: int
    layer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LayeredMark:
    """Two layers: a key that all rows of a batch share, and one of each row's account."""

    slot_key: bytes
    shared: Mark
    own: tuple[Mark, ...]
    account_of: Ints
    """(b,): which of `own` is each row's."""


def slot_key_of(secret: bytes) -> bytes:
    """The slot key that a ring's secret stands for."""
    return secret[:_KEY_BYTES]


def slots_of(contexts: Tokens, key: bytes, layers: int) -> Ints:
    """The layer that marks after each context (..., width), shape (...); each gets as many contexts as any other."""
    return np.asarray(siphash_of_tokens(contexts, key) % np.uint64(layers)).astype(np.int64)


def in_slot(pairs: Pairs, slot: Slot) -> Pairs:
    """The pairs whose context the layer marks."""
    kept = slots_of(pairs.contexts, slot.key, slot.layers) == slot.layer
    return Pairs(pairs.contexts[kept], pairs.tokens[kept])


def sample_layered(logits: Floats, history: Tokens, mark: LayeredMark, rng: np.random.Generator) -> Tokens:
    """One token for each row, as `reference_sampler.sample_marked`, under the key that its context falls to."""
    width = mark.shared.scheme.context_width
    if history.shape[1] < width:
        return sample_marked(logits, history, mark.shared, rng)
    is_own = slots_of(history[:, history.shape[1] - width :], mark.slot_key, 2) == 1
    out = np.empty(len(logits), np.int64)
    for number in np.unique(np.where(is_own, mark.account_of, -1)).tolist():
        rows = is_own & (mark.account_of == number) if number >= 0 else ~is_own
        out[rows] = sample_marked(logits[rows], history[rows], mark.own[number] if number >= 0 else mark.shared, rng)
    return out
