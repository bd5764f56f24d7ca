"""The text that prompts of one template have in common, its slots marked."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

SLOT: Final = "⟨…⟩"
_MOST_WORDS: Final = 260
_LEAST_WORDS: Final = 4
_LEAST_RUN: Final = 2  # a single word in common between two slots is chance


def template_text(texts: Sequence[str]) -> str:
    """Give the words that all texts share in order, with `⟨…⟩` where they differ; empty where they share too little.

    Texts that share nothing with the others are outvoted: up to a fifth of them may be left out.
    """
    split = [text.split()[:_MOST_WORDS] for text in texts if text.strip()]
    if len(split) < 2:
        return ""
    common, patience = split[0], len(split) // 5
    for words in split[1:]:
        kept = _in_order(common, words)
        if len(kept) < _LEAST_WORDS and patience > 0:
            patience -= 1
            continue
        common = kept
    if len(common) < _LEAST_WORDS:
        return ""
    return _with_slots(common, split[0])


def _in_order(left: list[str], right: list[str]) -> list[str]:
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    return [word for block in blocks if block.size >= _LEAST_RUN for word in left[block.a : block.a + block.size]]


def _with_slots(common: list[str], words: list[str]) -> str:
    out: list[str] = []
    blocks = SequenceMatcher(None, common, words, autojunk=False).get_matching_blocks()
    last = 0
    for block in blocks:
        if block.b > last and (not out or out[-1] != SLOT):
            out.append(SLOT)
        out.extend(common[block.a : block.a + block.size])
        last = block.b + block.size
    return " ".join(out)
