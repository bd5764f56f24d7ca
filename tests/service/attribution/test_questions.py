from __future__ import annotations

from stillwatch.attribution.answer_pair import AnswerPair
from stillwatch.service.attribution.outputs import Question
from stillwatch.service.attribution.questions import questions_of, questions_of_pairs


def test_probes_are_written_behind_or_judged() -> None:
    assert questions_of(["a"], is_judging=False) == [Question("a")]
    assert questions_of(["a"], is_judging=True) == [Question("", "a")]


def test_both_answers_of_a_pair_are_judged() -> None:
    assert questions_of_pairs([AnswerPair("p", "Say", "1", "2")]) == [Question("Say", "1"), Question("Say", "2")]
