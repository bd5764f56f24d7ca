"""Innocuous choices of wording, and one way of each: a mark that survives any sampler, and another tokenizer.

>>> book = Codebook((Choice(name="example", first="for example", second="for instance"),))
>>> served = book.serve("For example `for example`, this.", np.array([True]))
>>> served.text, served.places, served.rewritten
('For instance `for example`, this.', 1, 1)
>>> book.count([served.text]).tolist()
[[0, 1]]

Choices are between equals (wording, spelling, a list's bullet), never of facts. What is inside backquotes is code and
is left alone, and so is what follows "a" or "an". No option lies in another one or overlaps it, so each place has one
reading and serving twice changes nothing more. Off unless an operator asks for it, for cohorts that were flagged; what
was rewritten is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.core.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stillwatch.attribution.pair_table import Ints
    from stillwatch.attribution.sign_test import Coins

_CODE: Final = re.compile(r"(```.*?(?:```|\Z)|`[^`\n]*`)", re.DOTALL)
_PIECE: Final = re.compile(r"\w+|\W")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Two ways to say one thing; in lower case, unless the word is always capitalised."""

    name: str
    first: str
    second: str


class Served(NamedTuple):
    text: str
    places: int
    """Where a choice stood."""
    rewritten: int
    """Where it stood the other way."""


class Codebook:
    """Choices in order; arrays about them have shape (n,)."""

    def __init__(self, choices: tuple[Choice, ...]) -> None:
        """Open a codebook.

        Raises:
            DefinitionError: Two choices have one name, or the options of two could be read into one place.
        """
        _check(choices)
        self.choices = choices
        self._options = {
            written: (at, side)
            for at, choice in enumerate(choices)
            for side, option in enumerate((choice.first, choice.second))
            for written in (option, _capitalised(option))
        }
        self._pattern = _any_of(self._options)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(choice.name for choice in self.choices)

    def serve(self, text: str, coins: Coins) -> Served:
        """The text with each choice as its coin says: true = the second option."""
        places = rewritten = 0

        def one_way(found: re.Match[str]) -> str:
            nonlocal places, rewritten
            at, side = self._options[found[0]]
            places += 1
            rewritten += int(side != int(coins[at]))
            choice = self.choices[at]
            return _cased(choice.second if coins[at] else choice.first, found[0])

        parts = _CODE.split(text)
        parts[::2] = [self._pattern.sub(one_way, part) for part in parts[::2]]
        return Served("".join(parts), places, rewritten)

    def count(self, texts: Iterable[str]) -> Ints:
        """How often each option stands in texts, shape (n, 2); outside of code."""
        counts = np.zeros((len(self.choices), 2), np.int64)
        for text in texts:
            for part in _CODE.split(text)[::2]:
                for found in self._pattern.finditer(part):
                    counts[self._options[found[0]]] += 1
        return counts


def leanings(suspect: Ints, baseline: Ints) -> Ints:
    """Which way each choice leans in a suspect's text, against text that no coin has touched; both (n, 2) of counts.

    1 = more of the second option than in the baseline, -1 = less, 0 = as much, or the choice does not occur in one of
    them. Shares are compared as whole numbers, so that a tie is one.
    """
    lean = np.sign(suspect[:, 1] * baseline.sum(axis=1) - baseline[:, 1] * suspect.sum(axis=1))
    out: Ints = np.where((suspect.sum(axis=1) > 0) & (baseline.sum(axis=1) > 0), lean, 0)
    return out


def _check(choices: tuple[Choice, ...]) -> None:
    if not choices:
        raise DefinitionError("a codebook without choices", mend="name some")
    names = [choice.name for choice in choices]
    if len(set(names)) < len(names):
        raise DefinitionError("two choices of one name", mend="name each once")
    options = [(choice.name, option) for choice in choices for option in (choice.first, choice.second)]
    for at, (name, option) in enumerate(options):
        if not option or "`" in option:
            raise DefinitionError(f"an option that is empty or code: {option!r}", where=name, mend="write words")
        for other_name, other in options[:at]:
            if _overlap(option, other):
                raise DefinitionError(
                    f"{option!r} and {other!r} of {other_name} can be read into one place",
                    where=name,
                    mend="drop one of them",
                )


def _overlap(one: str, other: str) -> bool:
    """Whether one lies in the other, or ends as the other begins."""
    left, right = _PIECE.findall(one.lower()), _PIECE.findall(other.lower())
    reach = min(len(left), len(right))
    return (
        any(left[-n:] == right[:n] or right[-n:] == left[:n] for n in range(1, reach + 1))
        or any(left == right[at : at + len(left)] for at in range(len(right)))
        or any(right == left[at : at + len(right)] for at in range(len(left)))
    )


def _any_of(options: Iterable[str]) -> re.Pattern[str]:
    """Any option where no word goes on at either end, and no article before it would have to change with it.

    Options of one first letter stand together, so that most places of a text are passed over at one look.
    """
    firsts: dict[str, list[str]] = {}
    for option in options:
        after = r"(?!\w)" if option[-1].isalnum() else ""
        firsts.setdefault(option[0], []).append(re.escape(option[1:]) + after)
    grouped = {first: f"{re.escape(first)}(?:{'|'.join(rests)})" for first, rests in firsts.items()}
    words = [group for first, group in grouped.items() if first.isalnum()]
    others = [group for first, group in grouped.items() if not first.isalnum()]
    begun = [rf"(?<!\w)(?<!\b[Aa] )(?<!\b[Aa]n )(?:{'|'.join(words)})"] if words else []
    return re.compile("|".join(begun + others))


def _capitalised(option: str) -> str:
    return option[:1].upper() + option[1:]


def _cased(option: str, written: str) -> str:
    return _capitalised(option) if written[:1].isupper() else option
