"""What is tested: the text of a suspect, of a clean control or of a public corpus, and what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stillwatch.attribution.pair_table import Floats, Ints


class Probe(NamedTuple):
    """What an open model thinks of clean text: contexts (n, width), likeliest tokens (n, m), how likely (n, m)."""

    contexts: Ints
    tokens: Ints
    probabilities: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    name: str
    texts: tuple[Ints, ...]
    """Its replies, as token ids of the teacher's tokenizer, in the order in which they came."""
    prompts: tuple[Ints, ...] = ()
    """What it was asked."""
    probe: Probe | None = None
    said: tuple[str, ...] = ()
    """Its replies as they were written, in the order of `texts`; empty where token ids alone are at hand."""
    preferences: Mapping[str, float] = field(default_factory=dict)
    """How much likelier it finds the second answer of a pair than the first, by the pair's name: log p(second) less
    log p(first)."""

    @property
    def sizes(self) -> tuple[int, ...]:
        """Tokens of each reply; words, where nothing was tokenised."""
        return tuple(map(len, self.texts)) or tuple(len(one.split()) for one in self.said)

    def first(self, tokens: int) -> Subject:
        """The same with its first tokens alone, as many as are asked for or there are; `said` in whole replies."""
        sizes = self.sizes
        ends = np.cumsum(sizes, dtype=np.int64).tolist()
        begun = sum(end - size < tokens for end, size in zip(ends, sizes, strict=True))
        kept = tuple(
            text[: len(text) - max(0, end - tokens)]
            for text, end in zip(self.texts[:begun], ends[:begun], strict=bool(self.texts))
        )
        return replace(self, texts=kept, said=self.said[:begun])
