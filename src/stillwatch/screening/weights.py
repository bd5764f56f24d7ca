"""What words and differences weigh when names are compared."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from stillwatch.screening.word import WordKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stillwatch.screening.read_name import ReadName
    from stillwatch.screening.word import Word

OF_KIND: Final = {
    WordKind.NAME: 1.0,
    WordKind.NUMBER: 0.9,
    WordKind.PLACE: 0.6,
    WordKind.IDEA: 0.35,
    WordKind.INITIAL: 0.3,
    WordKind.PARTICLE: 0.08,
}
"""A word's weight before its rarity."""
_COMMONEST: Final = 0.25
"""The weight of a name that everybody on the list bears, where one that nobody else bears weighs 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What differences take, as a share of the weight they concern."""

    conflict: float
    """Each name has words that the other lacks."""
    omission: float
    """One name has words that the other lacks."""
    other_order: float
    """The words stand in another order."""


PERSON: Final = Costs(conflict=2.0, omission=0.35, other_order=0.0)
"""Middle names and patronymics are left out often, and every country puts the family name elsewhere."""
COMPANY: Final = Costs(conflict=1.7, omission=0.5, other_order=0.03)
ONE_NAME_OF_SEVERAL: Final = 0.8
"""Factor where a person's names agree in one word and more were given: half the world shares one."""
INITIALS: Final = 0.87
"""Factor where what agrees beside the family name is an initial."""
CURVE: Final = 0.83
"""The power of the share that agrees which makes 0.7 the threshold of the best F1 on invented lists of 20,000 names."""
NO_NAME: Final = 0.6
"""Factor where companies agree in words of trade alone."""
OTHER_FORM: Final = 0.95
"""Factor where companies say that they are of different legal forms."""
ONE_FORM: Final = 0.99
"""Factor where one says so and the other does not."""
TOGETHER: Final = 0.9
"""Of names that are the same but for their spaces, where words were compared in vain."""
ACRONYM: Final = 0.8
SHORT_ACRONYM: Final = 0.6
"""Of three letters: too many companies share them."""
WEAK_ALIAS: Final = 0.9
"""Factor of an alias that its list calls weak."""


class Rarity:
    """How rare words are among the names of a list: a share of what an unknown word weighs, by inverse frequency."""

    def __init__(self, names: Iterable[ReadName] = ()) -> None:
        counts: Counter[str] = Counter()
        total = 0
        for name in names:
            total += 1
            counts.update({word.key for word in name.words})
        self._weights: Mapping[str, float] = {
            key: _COMMONEST + (1 - _COMMONEST) * (1 - math.log(count) / math.log(total))
            for key, count in counts.items()
            if count > 1
        }

    def weight(self, word: Word) -> float:
        weight = OF_KIND[word.kind]
        return weight * self._weights.get(word.key, 1.0) if word.kind is WordKind.NAME else weight

    def weights(self, name: ReadName) -> tuple[float, ...]:
        return tuple(self.weight(word) for word in name.words)
