"""What a model said of likelihoods, as tests read it: a probe over the teacher's tokens, and preferences among answers.

A model with another tokenizer writes other tokens than the teacher. What it found likely at a place counts for the
first token of the teacher that it would write there: the text so far is encoded with and without it, and where the
encoding changes before its end the place is left out. That loses power and never touches the null hypothesis, since no
key has a say in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stillwatch.attribution.subject import Probe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stillwatch.attribution.answer_pair import AnswerPair
    from stillwatch.attribution.pair_table import Ints
    from stillwatch.service.attribution.outputs import Output, Top

_TAIL: Final = 96
"""Characters of the text so far that are encoded again at each place: enough that the last tokens stay as they are."""


class _Place(NamedTuple):
    context: list[int]
    likely: list[tuple[int, float]]
    """Tokens of the teacher and their log-probabilities."""


def probe_of(
    outputs: Sequence[Output], encode: Callable[[Sequence[str]], tuple[Ints, ...]], width: int
) -> Probe | None:
    """Every place where a model told what it finds likely and `width` tokens stand before; None where it told nowhere.

    Raises:
        InputError: Tokens are written and there is no tokenizer.
    """
    told = [one for one in outputs if one.top]
    places = [place for one in told for place in (_of_ids if one.ids else _of_pieces)(one, encode, width)]
    if not told:
        return None
    most = max((len(place.likely) for place in places), default=1)
    contexts = np.array([place.context for place in places], np.int64).reshape(-1, width)
    tokens = np.zeros((len(places), most), np.int64)
    likely = np.zeros((len(places), most))
    for at, place in enumerate(places):
        for rank, (token, value) in enumerate(place.likely):
            tokens[at, rank], likely[at, rank] = token, np.exp(value)
        tokens[at, len(place.likely) :] = place.likely[0][0]
    return Probe(contexts, tokens, likely)


def preferences_of(outputs: Sequence[Output], pairs: Sequence[AnswerPair]) -> dict[str, float]:
    """How much likelier the second answer of each pair was found than the first, where both were judged."""
    judged = {
        (one.prompt, one.text): one.log_probability
        for one in outputs
        if one.is_given and one.log_probability is not None
    }
    return {
        pair.name: judged[pair.prompt, pair.second] - judged[pair.prompt, pair.first]
        for pair in pairs
        if (pair.prompt, pair.first) in judged and (pair.prompt, pair.second) in judged
    }


def _of_ids(output: Output, _: object, width: int) -> Iterator[_Place]:
    for at in range(width, min(len(output.ids), len(output.top))):
        likely = [(int(token), value) for token, value in output.top[at]]
        if likely:
            yield _Place(list(output.ids[at - width : at]), likely)


def _of_pieces(output: Output, encode: Callable[[Sequence[str]], tuple[Ints, ...]], width: int) -> Iterator[_Place]:
    written, places = "", []
    for piece, top in zip(output.pieces, output.top, strict=False):
        if written and top:
            places.append((written[-_TAIL:], top))
        written += piece
    for tail, top in places:
        place = _place(tail, top, encode, width)
        if place is not None:
            yield place


def _place(tail: str, top: Top, encode: Callable[[Sequence[str]], tuple[Ints, ...]], width: int) -> _Place | None:
    before, *after = (one.tolist() for one in encode([tail, *(tail + str(token) for token, _ in top)]))
    if len(before) < width:
        return None
    reached = len(before)
    grown = zip(after, top, strict=True)
    likely = [(one[reached], value) for one, (_, value) in grown if len(one) > reached and one[:reached] == before]
    return _Place(before[reached - width :], likely) if likely else None
