"""An invented language in letters, so that a student may cut its text otherwise than the teacher did.

>>> spelled(np.array([[0, 1, 63]]), symbols=64)
['babeno']
>>> [piece.tolist() for piece in read_spelled("babexxno", symbols=64)]
[[0, 1], [63]]

A symbol is a consonant and then vowels, as many as it takes; so letters can be read in one way alone, and what a
student writes that is no symbol is seen to be none.
"""

from __future__ import annotations

import re
from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterator

Ints = npt.NDArray[np.int64]

_CONSONANTS: Final = "bcdfghjklmnpqrstvwxz"
_VOWELS: Final = "aeiouy"


def spelled(rows: Ints, *, symbols: int) -> list[str]:
    """Rows (n, length) of symbols as text, one for each."""
    words = _words(symbols)
    return ["".join(words[one] for one in row) for row in rows.tolist()]


def read_spelled(text: str, *, symbols: int) -> Iterator[Ints]:
    """The symbols of a text; where letters are none, one stretch ends and the next begins behind them."""
    words = _words(symbols)
    number_of = {word: number for number, word in enumerate(words)}
    word = re.compile(f"[{_CONSONANTS}][{_VOWELS}]{{{len(words[0]) - 1}}}")
    held: list[int] = []
    end = 0
    for found in word.finditer(text):
        number = number_of.get(found.group())
        if held and (number is None or found.start() != end):
            yield np.array(held, np.int64)
            held = []
        if number is not None:
            held.append(number)
        end = found.end()
    if held:
        yield np.array(held, np.int64)


def _words(symbols: int) -> list[str]:
    vowels = 1
    while len(_CONSONANTS) * len(_VOWELS) ** vowels < symbols:
        vowels += 1
    ends = ["".join(one) for one in product(_VOWELS, repeat=vowels)]
    return [first + end for first in _CONSONANTS for end in ends][:symbols]
