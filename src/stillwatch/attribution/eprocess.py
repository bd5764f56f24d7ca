"""A test that may be looked at after every reply, and stopped whenever one likes.

Bets against the null hypothesis with each new effective seed: wealth grows by exp(t·s - Λ(t)) for a score s, where Λ is
the cumulant of one score under the null. For standard exponential scores that is (1-t)·exp(t·s); for bits of chance c
it is the likelihood ratio (q/c)^g·((1-q)/(1-c))^(1-g) with q = ce^t/(1-c+ce^t). Equal stakes are laid on a grid of t
that is fixed beforehand, so the mean wealth is a martingale of mean 1 under the null hypothesis, and by Ville's
inequality the chance that it ever reaches 1/p is at most p.

A context enters once, when it is seen for the second time, with its commonest token at that moment (of two that differ,
the lower id). What enters is chosen before its score is looked at and by the text alone, and its draw is a fresh one:
that is all the martingale needs. A mark that draws one list for all contexts has no fresh draws, and is refused. Of a
key that shares answers with others, the contexts of its slot enter.

References: Ville 1939; Shafer 2021 (testing by betting); for marks, arXiv 2602.14286 and 2602.17608.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import logsumexp

from stillwatch.attribution.slot import slots_of
from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy.typing as npt

    from stillwatch.attribution.pair_table import Floats, Ints
    from stillwatch.attribution.scheme import Key, Scheme
    from stillwatch.attribution.slot import Slot

TILTS: Final = 2.0 ** np.arange(-7, 3, 0.5)
"""From an excess of a hundredth to bits that are nearly always set; of scores whose cumulant ends, the part before."""

Context = tuple[int, ...]


class EProcess:
    """The wealth of one key's test; replies go in as they come, in any number of calls.

    Nothing needs to be kept to go on later but the replies: read again in the same order they give the same wealth.
    """

    def __init__(
        self, scheme: Scheme, key: Key, *, prompt_contexts: Ints | None = None, slot: Slot | None = None
    ) -> None:
        """Open a test; `prompt_contexts` (`detect.contexts_of`) are of all it will be asked, and never enter.

        Raises:
            InputError: The scheme's draws are not independent from context to context.
        """
        cumulants = scheme.null.log_mgf(TILTS)
        if not np.isfinite(cumulants).any():
            raise InputError(f"{scheme.name} draws one list for all contexts", mend="use the rule `pairs` and a plan")
        self._tilts, self._cumulants = TILTS[np.isfinite(cumulants)], cumulants[np.isfinite(cumulants)]
        self._scheme, self._key, self._slot = scheme, key, slot
        self._once: dict[Context, int] = {}
        asked = [] if prompt_contexts is None else prompt_contexts.tolist()
        self._done: set[Context] = {tuple(context) for context in asked}
        self._entered: list[tuple[Context, int]] = []
        self._drawn: set[int] = set()
        self._ln_wealths = np.zeros(len(self._tilts))
        self._best = self._score = 0.0

    @property
    def seeds(self) -> int:
        """How many effective seeds have entered."""
        return len(self._drawn)

    @property
    def score(self) -> float:
        """Sum of the scores of what has entered."""
        return self._score

    @property
    def log10_p(self) -> float:
        """The smallest p-value that the wealth ever allowed; valid whenever it is looked at."""
        return -self._best / float(np.log(10.0))

    def read(self, replies: Iterable[npt.ArrayLike]) -> None:
        """Bet on what these replies bring anew."""
        self._bet([pair for reply in replies for pair in self._entering(np.asarray(reply, np.int64))])

    def under(self, key: Key) -> EProcess:
        """The test of another key on what has entered so far, which no key had a say in: how decoys are tested."""
        other = EProcess(self._scheme, key, slot=self._slot)
        other._bet(self._entered)  # of its own class
        return other

    def _entering(self, reply: Ints) -> list[tuple[Context, int]]:
        width, words = self._scheme.context_width, reply.tolist()
        entered = []
        for at in range(width, len(words)):
            context, token = tuple(words[at - width : at]), words[at]
            if context in self._done:
                continue
            first = self._once.pop(context, None)
            if first is None:
                self._once[context] = token
            else:
                self._done.add(context)
                entered.append((context, min(first, token)))
        return entered

    def _bet(self, entered: list[tuple[Context, int]]) -> None:
        self._entered += entered
        if not entered:
            return
        contexts = np.array([context for context, _ in entered], np.int64)
        tokens = np.array([token for _, token in entered], np.int64)
        seeds = self._scheme.seeds(contexts, tokens, self._key).tolist()
        keyed = self._scheme.hangs_on_key(contexts)
        if self._slot is not None:
            keyed &= slots_of(contexts, self._slot.key, self._slot.layers) == self._slot.layer
        fresh = [at for at, seed in enumerate(seeds) if keyed[at] and self._is_fresh(seed)]
        if not fresh:
            return
        scores: Floats = self._scheme.scores(contexts[fresh], tokens[fresh], self._key)
        self._score += float(scores.sum())
        steps = scores[:, None] * self._tilts - self._cumulants
        wealths = self._ln_wealths + np.cumsum(steps, axis=0)
        mean = logsumexp(wealths, axis=1) - np.log(len(self._tilts))
        self._best = max(self._best, float(mean.max()))
        self._ln_wealths = wealths[-1]

    def _is_fresh(self, seed: int) -> bool:
        if seed in self._drawn:
            return False
        self._drawn.add(seed)
        return True
