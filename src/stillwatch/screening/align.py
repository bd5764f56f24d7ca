"""Lay the words of two names beside each other: equal ones first, then what differs by a space, then what is alike.

Which words go together is decided greedily, best first; with the few words of names that is the optimum but for
contrived cases. The cost is bounded by `read_name.MOST_WORDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz.distance import OSA

from stillwatch.screening.company_forms import is_glued
from stillwatch.screening.likeness import CONSONANTS, SOUND, How, Likeness, likeness, of_share
from stillwatch.screening.sound import abjad, bones
from stillwatch.screening.word import WordKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.screening.read_name import ReadName
    from stillwatch.screening.word import Word

_LONGEST_JOIN: Final = 3
_SHORTEST_JOIN: Final = 3
_SHORTEST_GLUED: Final = 3
_SHORTEST_WITH_SLIP: Final = 6
_JOINED: Final = Likeness(0.97, How.JOINED)
_SAME: Final = Likeness(1.0, How.SAME)
_SAME_IDEA: Final = Likeness(1.0, How.IDEA)
_GLUED: Final = Likeness(0.9, How.GLUED)


class Pair(NamedTuple):
    ones: tuple[int, ...]
    """Places of the words in the first name; more than one where they were written in one in the other."""
    others: tuple[int, ...]
    likeness: Likeness


class _Run(NamedTuple):
    places: tuple[int, ...]
    likeness: Likeness


class Alignment(NamedTuple):
    pairs: list[Pair]
    left: list[int]
    """Places of the first name's words that nothing stands beside."""
    right: list[int]
    """The same of the second name."""


def align(one: ReadName, other: ReadName) -> Alignment:
    found = _equal(one, other)
    if len(found.right) > 1 and found.left:
        _join(found, one.words, other.words, turned=False)
    if len(found.left) > 1 and found.right:
        _join(found, other.words, one.words, turned=True)
    if found.left and found.right:
        _alike(found, one.words, other.words)
    return found


def _equal(one: ReadName, other: ReadName) -> Alignment:
    """Equal words but articles, which may be part of a word that is written in one on the other side."""
    by_characters = one.has_han and other.has_han
    keys = [word.han or word.key for word in one.words] if by_characters else one.keys
    others: list[str | None] = [word.han or word.key for word in other.words] if by_characters else [*other.keys]
    pairs: list[Pair] = []
    left: list[int] = []
    for place, key in enumerate(keys):
        if key in others and one.words[place].kind is not WordKind.PARTICLE:
            found = others.index(key)
            others[found] = None
            same = one.words[place].text == other.words[found].text
            pairs.append(Pair((place,), (found,), _SAME if same else _SAME_IDEA))
        else:
            left.append(place)
    return Alignment(pairs, left, [place for place, key in enumerate(others) if key is not None])


def _join(found: Alignment, ones: Sequence[Word], others: Sequence[Word], *, turned: bool) -> None:
    """Take words that stand written as several on the other side, and words with a legal form glued on."""
    left, right = (found.right, found.left) if turned else (found.left, found.right)
    for place in tuple(left):
        whole = ones[place]
        run = _run_of(whole, others, right) if len(whole.text) >= _SHORTEST_JOIN else None
        if run:
            left.remove(place)
            for taken in run.places:
                right.remove(taken)
            ones_places, others_places = (run.places, (place,)) if turned else ((place,), run.places)
            found.pairs.append(Pair(ones_places, others_places, run.likeness))


def _run_of(whole: Word, words: Sequence[Word], free: list[int]) -> _Run | None:
    last = len(free) - 1
    for index, start in enumerate(free):
        word = words[start]
        text = word.text
        if text[0] != whole.text[0] or len(text) > len(whole.text):
            continue
        size = 1
        while size < _LONGEST_JOIN and index + size <= last and free[index + size] == start + size:
            size += 1
            alike = _as_one(whole, words[start : start + size])
            if alike:
                return _Run(tuple(range(start, start + size)), alike)
    return None


def _as_one(whole: Word, run: Sequence[Word]) -> Likeness | None:
    """How alike a word is to several written in one."""
    if whole.is_vowelless != run[0].is_vowelless:
        heard = abjad(bones("".join([word.sound for word in run])))
        return Likeness(CONSONANTS, How.JOINED) if len(heard) >= _SHORTEST_JOIN and heard == whole.abjad else None
    text = "".join([word.text for word in run])
    if abs(len(text) - len(whole.text)) > 1:
        return None
    edits = OSA.distance(whole.text, text, score_cutoff=1)
    if edits == 0:
        return _JOINED
    if edits == 1 and len(text) >= _SHORTEST_WITH_SLIP:
        return Likeness(min(SOUND, of_share(1 / len(text))), How.JOINED)
    return None


def _glued(one: str, other: str) -> Likeness | None:
    short, long = (one, other) if len(one) < len(other) else (other, one)
    return _GLUED if len(short) >= _SHORTEST_GLUED and short in long and is_glued(long, short) else None


def _alike(found: Alignment, ones: Sequence[Word], others: Sequence[Word]) -> None:
    ways = []
    for place in found.left:
        for beside in found.right:
            alike = likeness(ones[place], others[beside]) or _glued(ones[place].text, others[beside].text)
            if alike:
                ways.append((-alike.value, place, beside, alike))
    if len(ways) > 1:
        ways.sort()
    for _, place, beside, alike in ways:
        if place in found.left and beside in found.right:
            found.left.remove(place)
            found.right.remove(beside)
            found.pairs.append(Pair((place,), (beside,), alike))
