"""What a suspect is asked: to write behind a prompt, or to judge a text of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stillwatch.service.attribution.outputs import Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stillwatch.attribution.answer_pair import AnswerPair


def questions_of(probes: Sequence[str], *, is_judging: bool) -> list[Question]:
    """A probe each: a prompt to write behind, or clean text to judge."""
    return [Question("", probe) if is_judging else Question(probe) for probe in probes]


def questions_of_pairs(pairs: Sequence[AnswerPair]) -> list[Question]:
    """Both answers of each pair behind its prompt, the first before the second."""
    return [Question(pair.prompt, answer) for pair in pairs for answer in (pair.first, pair.second)]
