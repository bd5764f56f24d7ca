"""Serve answers as secret coins say: choices of wording rewritten, or one answer of each pair picked.

A step behind the model, which gives the same text for the same answer, key and cohort. Whoever runs it says so to those
it serves, and runs it for whom a policy names; nothing switches it on by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from stillwatch.attribution.codeword import codeword_of, coins_of
from stillwatch.core.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stillwatch.attribution.answer_pair import AnswerPair
    from stillwatch.attribution.codebook import Codebook
    from stillwatch.attribution.sign_test import Coins


class Counts(NamedTuple):
    answers: int = 0
    words: int = 0
    places: int = 0
    """Where a choice stood."""
    rewritten: int = 0
    """Where it stood the other way."""


class CodebookServer:
    """Rewrites answers one by one, and counts what it did."""

    def __init__(self, book: Codebook, secret: bytes, *, cohort: str = "") -> None:
        """Toss the coins of a key: a cohort's codeword where one is named, else those that all share."""
        self._book = book
        self._coins: Coins = codeword_of(secret, cohort, book.names) if cohort else coins_of(secret, book.names)
        self.counts = Counts()

    def text(self, answer: str) -> str:
        """The answer with each choice as its coin says."""
        served = self._book.serve(answer, self._coins)
        self.counts = Counts(
            self.counts.answers + 1,
            self.counts.words + len(answer.split()),
            self.counts.places + served.places,
            self.counts.rewritten + served.rewritten,
        )
        return served.text

    def record(self, record: dict[str, Any], field: str, where: str) -> dict[str, Any]:
        """A record with the answer in a field of it rewritten; `choices.0.message.content` goes down step by step.

        Raises:
            InputError: There is no text in that field.
        """
        step, _, rest = field.partition(".")
        return {**record, step: self._within(record.get(step), rest, f"{where}: {field}")}

    def _within(self, value: Any, rest: str, where: str) -> Any:
        if not rest:
            if not isinstance(value, str):
                raise InputError("no text of an answer", where=where, mend="name its field with --field")
            return self.text(value)
        step, _, further = rest.partition(".")
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            at = int(step)
            return [*value[:at], self._within(value[at], further, where), *value[at + 1 :]]
        if isinstance(value, dict):
            return {**value, step: self._within(value.get(step), further, where)}
        raise InputError("no such field", where=where, mend="name its field with --field")


def picked_answers(pairs: Sequence[AnswerPair], secret: bytes) -> Iterator[dict[str, str]]:
    """The answer to serve for each prompt, by the coins of a key."""
    coins = coins_of(secret, [one.name for one in pairs])
    for pair, coin in zip(pairs, coins.tolist(), strict=True):
        yield {"name": pair.name, "prompt": pair.prompt, "text": pair.second if coin else pair.first}
