"""Score two names that were read: 0..1, with the words that agree and those that do not.

What agrees is weighed by its rarity and likeness, and held against that plus what differs. Words that only one side has
are an omission and cost little; words on both sides that go with nothing are a conflict and cost more than an agreement
gains.

>>> from stillwatch.core.listed_entity import EntityType
>>> from stillwatch.screening.read_name import read_name
>>> asked, listed = read_name("Ada M. Quil"), read_name("QUILL, Ada Mary", EntityType.PERSON)
>>> compared = compare_names(asked, listed)
>>> compared.score > 0.7, compared.why()
(True, 'ada: same; m ~ mary: initial 0.80; quil ~ quill: sound 0.78')
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from rapidfuzz.distance import OSA

from stillwatch.screening.align import Alignment, Pair, align
from stillwatch.screening.likeness import OTHER_NAMES, How, of_share
from stillwatch.screening.read_name import SHORTEST_ACRONYM
from stillwatch.screening.weights import (
    ACRONYM,
    COMPANY,
    CURVE,
    INITIALS,
    NO_NAME,
    OF_KIND,
    ONE_FORM,
    ONE_NAME_OF_SEVERAL,
    OTHER_FORM,
    PERSON,
    SHORT_ACRONYM,
    TOGETHER,
    Rarity,
)
from stillwatch.screening.word import WordKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.screening.read_name import ReadName
    from stillwatch.screening.weights import Costs

_NOTHING_KNOWN = Rarity()
_SHORTEST_TOGETHER: Final = 7
_COMMON: Final = 0.94
_TELLS = (WordKind.NAME, WordKind.NUMBER)


class Compared(NamedTuple):
    score: float
    one: ReadName
    other: ReadName
    alignment: Alignment

    def why(self) -> str:
        """What stands beside what, and what stands alone."""
        told = [self._told(pair) for pair in sorted(self.alignment.pairs)]
        for name, places in ((self.one, self.alignment.left), (self.other, self.alignment.right)):
            side = "asked" if name is self.one else "listed"
            told += [f"{name.words[place].text}: {side} alone" for place in places]
        if self.one.forms and self.other.forms and self.one.forms != self.other.forms:
            told.append(f"legal form {'/'.join(self.one.forms)} against {'/'.join(self.other.forms)}")
        return "; ".join(told) or "nothing to compare"

    def _told(self, pair: Pair) -> str:
        ones = " ".join(self.one.words[place].text for place in pair.ones)
        others = " ".join(self.other.words[place].text for place in pair.others)
        if ones == others:
            return f"{ones}: {pair.likeness.how}"
        return f"{ones} ~ {others}: {pair.likeness.how} {pair.likeness.value:.2f}"


def compare_names(
    one: ReadName,
    other: ReadName,
    weights: Sequence[float] | None = None,
    other_weights: Sequence[float] | None = None,
) -> Compared:
    """Compare; the weights of the words come from `Rarity.weights`, without any all names are equally rare."""
    alignment = align(one, other)
    ones = weights or _NOTHING_KNOWN.weights(one)
    others = other_weights or _NOTHING_KNOWN.weights(other)
    is_company = one.is_company or other.is_company
    costs = COMPANY if is_company else PERSON
    score = _share(alignment, ones, others, costs)
    if score:
        score *= _of_companies(one, other, alignment) if is_company else 1.0
        score *= 1.0 if one.is_company and other.is_company else _of_persons(one, other, alignment)
    if score < TOGETHER and alignment.left and alignment.right and not _has_number(one, alignment.left):
        score = max(score, _together(one.joined, other.joined), _of_acronym(one, other), _of_acronym(other, one))
    return Compared(score, one, other, alignment)


def _of_acronym(short: ReadName, long: ReadName) -> float:
    if len(short.words) != 1 or not long.acronym or short.words[0].text != long.acronym:
        return 0.0
    return ACRONYM if len(long.acronym) > SHORTEST_ACRONYM else SHORT_ACRONYM


def _has_number(name: ReadName, places: Sequence[int]) -> bool:
    return any(name.words[place].kind is WordKind.NUMBER for place in places)


def _together(one: str, other: str) -> float:
    """How alike they are without their spaces, where a space slipped."""
    long = max(len(one), len(other))
    if long < _SHORTEST_TOGETHER or abs(len(one) - len(other)) > 1:
        return 0.0
    edits = OSA.distance(one, other, score_cutoff=1)
    return TOGETHER * of_share(edits / long) if edits <= 1 else 0.0


def _share(alignment: Alignment, ones: Sequence[float], others: Sequence[float], costs: Costs) -> float:
    agreed = total = 0.0
    for pair in alignment.pairs:
        weight = _weight(pair, ones, others)
        value = pair.likeness.value
        if pair.likeness.how is How.TYPO and _are_both_common(pair, ones, others):
            value *= OTHER_NAMES
        agreed += weight * value
        total += weight * (1 + (costs.conflict - 1) * (1 - value))
    left = sum(ones[place] for place in alignment.left)
    right = sum(others[place] for place in alignment.right)
    total += costs.conflict * min(left, right) + costs.omission * abs(left - right)
    if costs.other_order and _is_crossed(alignment.pairs):
        agreed *= 1 - costs.other_order
    return math.pow(agreed / total, CURVE) if total else 0.0


def _weight(pair: Pair, ones: Sequence[float], others: Sequence[float]) -> float:
    if pair.likeness.how is How.INITIAL:
        return OF_KIND[WordKind.INITIAL]
    if len(pair.ones) == len(pair.others) == 1:
        return (ones[pair.ones[0]] + others[pair.others[0]]) / 2
    return max(*(ones[place] for place in pair.ones), *(others[place] for place in pair.others))


def _are_both_common(pair: Pair, ones: Sequence[float], others: Sequence[float]) -> bool:
    """Several names of the list have the one word, and several the other."""
    weights = (ones[pair.ones[0]], others[pair.others[0]])
    return OF_KIND[WordKind.INITIAL] < min(weights) and max(weights) < _COMMON


def _is_crossed(pairs: Sequence[Pair]) -> bool:
    beside = [pair.others for pair in sorted(pairs)]
    return any(first > second for first, second in pairwise(beside))


def _of_persons(one: ReadName, other: ReadName, alignment: Alignment) -> float:
    told = initials = 0
    for pair in alignment.pairs:
        if pair.likeness.how is How.INITIAL:
            initials += 1
        elif any(one.words[place].kind is WordKind.NAME for place in pair.ones):
            told += max(len(pair.ones), len(pair.others))
    if told > 1 or (told and _is_whole(alignment)):
        return 1.0
    if told == 0:
        return NO_NAME
    if initials:
        return INITIALS
    return ONE_NAME_OF_SEVERAL if max(len(one.words), len(other.words)) > 1 else 1.0


def _of_companies(one: ReadName, other: ReadName, alignment: Alignment) -> float:
    factor = 1.0
    if one.forms != other.forms:
        factor = OTHER_FORM if one.forms and other.forms and not set(one.forms) & set(other.forms) else ONE_FORM
    says_whom = any(one.words[place].kind in _TELLS for pair in alignment.pairs for place in pair.ones)
    return factor if says_whom or (len(alignment.pairs) > 1 and _is_whole(alignment)) else factor * NO_NAME


def _is_whole(alignment: Alignment) -> bool:
    """Nothing is left and every word is the same."""
    left = alignment.left or alignment.right
    return not left and all(pair.likeness.value == 1 for pair in alignment.pairs)
