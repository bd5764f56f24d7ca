"""Which of many names might be the one asked for: the cheap step before names are compared.

Names are points whose coordinates are pairs and triples of letters of their words (with the words' ends), the
consonants as they sound, and, of Chinese names, the characters: rare ones far from zero, common ones near (tf-idf; the
cosine is the measure). Typing errors leave most letters in place, transliteration the consonants, and order counts
nowhere. Of what was asked the rarest features are looked up, and no more of them than a fixed number of entries, so
that no name costs more than others.

>>> from stillwatch.screening.read_name import read_name
>>> index = Candidates([read_name(name) for name in ("Ada Quill", "Bruno Quist", "Barnaby Quillfeather")])
>>> [place for place, _ in index.nearest(read_name("Adda Qill"), most=1)]
[0]
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.screening.word import WordKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stillwatch.screening.read_name import ReadName
    from stillwatch.screening.word import Word

_ENTRIES: Final = 15_000
"""Entries of the index that one look-up may read, but for the rarest features, which are always read."""
_ALWAYS: Final = 16
_NEAR: Final = 0.45
"""Names less near than this share of the nearest are none."""
_MAY_BE_PART: Final = 5
_WORDS_KEPT: Final = 1 << 16


_Span = tuple[int, int, int, float]
"""Of a feature: how many entries, from where, to where, and what it is worth."""


class Near(NamedTuple):
    place: int
    """Of the name among those the index was made of."""
    cosine: float


class Candidates:
    """An index of names: feature → where it occurs, and what it adds there."""

    def __init__(self, names: Sequence[ReadName]) -> None:
        self._size = len(names)
        numbers: dict[str, int] = {}
        rows = [
            np.array([numbers.setdefault(feature, len(numbers)) for feature in features_of(name)], dtype=np.int64)
            for name in names
        ]
        self._numbers = numbers
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        columns = np.concatenate(rows) if rows else np.zeros(0, dtype=np.int64)
        places = np.repeat(np.arange(len(rows)), lengths)
        counts = np.bincount(columns, minlength=len(numbers))
        worth = np.log1p(self._size / np.maximum(counts, 1)) ** 2
        norms = np.sqrt(np.maximum(np.bincount(places, weights=worth[columns], minlength=len(rows)), 1e-9))
        self._unknown = math.log1p(self._size) ** 2
        by_feature = np.argsort(columns, kind="stable")
        self._places: NDArray[np.int64] = places[by_feature]
        self._adds: NDArray[np.float64] = worth[columns[by_feature]] / norms[self._places]
        ends = np.cumsum(counts)
        self._spans = list(zip(counts.tolist(), (ends - counts).tolist(), ends.tolist(), worth.tolist(), strict=True))

    def nearest(self, name: ReadName, *, most: int) -> list[Near]:
        """The nearest names, nearest first; at most so many."""
        asked = features_of(name)
        known = [self._spans[self._numbers[feature]] for feature in asked if feature in self._numbers]
        if not known:
            return []
        known.sort()
        spans = _readable(known)
        sums = np.bincount(
            np.concatenate([self._places[start:end] for _, start, end, _ in spans]),
            weights=np.concatenate([self._adds[start:end] for _, start, end, _ in spans]),
            minlength=self._size,
        )
        found = np.flatnonzero(sums >= sums.max() * _NEAR)
        if len(found) > most:
            found = found[np.argpartition(sums[found], -most)[-most:]]
        norm = math.sqrt(sum([span[3] for span in known]) + (len(asked) - len(known)) * self._unknown)
        order = sorted(zip((-sums[found]).tolist(), found.tolist(), strict=True))
        return [Near(place, -negative / norm) for negative, place in order]


def _readable(known: list[_Span]) -> list[_Span]:
    """The rarest features, as many as may be read. Rarest first in, rarest first out."""
    read = 0
    for index, span in enumerate(known):
        read += span[0]
        if index >= _ALWAYS and read > _ENTRIES:
            return known[:index]
    return known


def features_of(name: ReadName) -> set[str]:
    """Of its words, and of the seams between short ones, which others may write in one."""
    features = {feature for word in name.words for feature in _features(word)}
    for word, after in pairwise(name.words):
        if word.kind is after.kind is WordKind.NAME and min(len(word.text), len(after.text)) <= _MAY_BE_PART:
            end, start = word.text[-2:], after.text[:2]
            features.update((end[-1] + start[0], end + start[0], end[-1] + start))
    if name.acronym:
        features.add(f"@{name.acronym}")
    elif len(name.words) == 1:
        features.add(f"@{name.words[0].text}")
    return features


@lru_cache(maxsize=_WORDS_KEPT)  # names share their words
def _features(word: Word) -> tuple[str, ...]:
    if word.kind in {WordKind.IDEA, WordKind.PLACE}:
        return (word.key,)
    if word.kind is WordKind.PARTICLE:
        return ()
    framed = f" {word.text} "
    features = [framed[start : start + 2] for start in range(len(framed) - 1)]
    features += [framed[start : start + 3] for start in range(len(framed) - 2)]
    if len(word.text) > 1:
        features += [f"~{word.bones}", f"^{word.abjad}"]
    features += [*word.han, *(word.han[start : start + 2] for start in range(len(word.han) - 1))]
    return tuple(features)
