"""What is tested: the text of a suspect, of a clean control or of a public corpus, and what it was asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
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

    def first(self, tokens: int) -> Subject:
        """The same with its first tokens alone, as many as are asked for or there are."""
        ends = np.cumsum([len(text) for text in self.texts]).tolist()
        kept = tuple(
            text[: len(text) - max(0, end - tokens)]
            for text, end in zip(self.texts, ends, strict=True)
            if end - len(text) < tokens
        )
        return replace(self, texts=kept)
