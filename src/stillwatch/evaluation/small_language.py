"""A language of three-symbol habits, and a student that learns it by counting: attribution tested without any weights.

>>> language = SmallLanguage.of(symbols=39, seed=1)
>>> language.sample(sequences=2, length=6, seed=2).shape
(2, 6)

The language has a Zipf-like choice of symbols, bent by the two symbols before: about as uncertain, for each next
symbol, as a small model of tokens. Any mark of the shelf can be put into it (`attribution.reference_sampler`). Two
seeds make two languages that share nothing but their size.

The student recites: after a context that it saw n times it continues as one of those times did, with weight n/(n+2),
else as after the last symbol alone, else as anywhere. That overstates how much a model learns, so it is for keys,
repeats and p-values, not for power.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from stillwatch.attribution.reference_sampler import sample_marked
from stillwatch.attribution.slot import LayeredMark, sample_layered

if TYPE_CHECKING:
    from stillwatch.attribution.reference_sampler import Mark

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

CONTEXT: Final = 2
_ZIPF: Final = 1.1
_BENT_BY_LAST: Final = 1.6
_BENT_BY_BOTH: Final = 1.2
_TRUST: Final = 2
"""A context seen as often as this is followed half of the time."""
_LAST_ALONE: Final = 0.9


@dataclass(frozen=True, slots=True)
class SmallLanguage:
    logits: Floats
    """(symbols, symbols, symbols): of the next symbol, by the two before."""

    @classmethod
    def of(cls, *, symbols: int, seed: int) -> SmallLanguage:
        random = np.random.default_rng(seed)
        common = -_ZIPF * np.log(random.permutation(symbols) + 1.0)
        last = _BENT_BY_LAST * random.standard_normal((1, symbols, symbols))
        both = _BENT_BY_BOTH * random.standard_normal((symbols, symbols, symbols))
        return cls(common + last + both)

    @property
    def symbols(self) -> int:
        return len(self.logits)

    def sample(self, *, sequences: int, length: int, seed: int, mark: Mark | LayeredMark | None = None) -> Ints:
        """Texts (sequences, length), begun with two symbols drawn evenly."""
        random = np.random.default_rng(seed)
        out = np.empty((sequences, length), np.int64)
        out[:, :CONTEXT] = random.integers(self.symbols, size=(sequences, CONTEXT))
        for at in range(CONTEXT, length):
            logits = self.logits[out[:, at - 2], out[:, at - 1]]
            if mark is None:
                out[:, at] = np.argmax(logits + random.gumbel(size=logits.shape), axis=1)
            elif isinstance(mark, LayeredMark):
                out[:, at] = sample_layered(logits, out[:, :at], mark, random)
            else:
                out[:, at] = sample_marked(logits, out[:, :at], mark, random)
        return out


@dataclass(frozen=True, slots=True)
class CountingStudent:
    """What followed what in the texts it learned from."""

    after_both: Followers
    after_last: Followers
    anywhere: Ints
    """(n,): each token that had two before it."""
    symbols: int

    @classmethod
    def of(cls, texts: Ints, *, symbols: int) -> CountingStudent:
        """Learn from texts (sequences, length)."""
        before, last, tokens = (texts[:, at : texts.shape[1] - CONTEXT + at].ravel() for at in range(CONTEXT + 1))
        return cls(Followers.of(before * symbols + last, tokens), Followers.of(last, tokens), tokens, symbols)

    def sample(self, *, sequences: int, length: int, seed: int) -> Ints:
        """Texts (sequences, length), begun with two symbols drawn evenly."""
        random = np.random.default_rng(seed)
        out = np.empty((sequences, length), np.int64)
        out[:, :CONTEXT] = random.integers(self.symbols, size=(sequences, CONTEXT))
        for at in range(CONTEXT, length):
            trust_both, trust_last, which, where = random.random((4, sequences))
            by_both = self.after_both.one_of(out[:, at - 2] * self.symbols + out[:, at - 1], which)
            by_last = self.after_last.one_of(out[:, at - 1], which)
            else_where = self.anywhere[(where * len(self.anywhere)).astype(np.int64)]
            less = np.where((trust_last < _LAST_ALONE) & (by_last.seen > 0), by_last.tokens, else_where)
            out[:, at] = np.where(trust_both < by_both.seen / (by_both.seen + _TRUST), by_both.tokens, less)
        return out


class Follower(NamedTuple):
    tokens: Ints
    """(m,): one for each context that was asked for; any where it was never seen."""
    seen: Ints
    """(m,): how often each was."""


@dataclass(frozen=True, slots=True)
class Followers:
    contexts: Ints
    """(n,), sorted."""
    tokens: Ints
    """(n,): what followed each."""

    @classmethod
    def of(cls, contexts: Ints, tokens: Ints) -> Followers:
        order = np.argsort(contexts, kind="stable")
        return cls(contexts[order], tokens[order])

    def one_of(self, contexts: Ints, luck: Floats) -> Follower:
        """What followed at one of the times that each context (m,) was seen; luck (m,) in [0, 1) says which."""
        first, after = (np.searchsorted(self.contexts, contexts, side) for side in ("left", "right"))
        at = np.minimum(first + (luck * (after - first)).astype(np.int64), len(self.tokens) - 1)
        return Follower(self.tokens[at], after - first)
