"""Answers are rewritten the same way each time, in the field that is named, and what was done is counted."""

from __future__ import annotations

import pytest

from stillwatch.attribution.answer_pair import AnswerPair
from stillwatch.attribution.codebook import Choice, Codebook
from stillwatch.attribution.codeword import codeword_of, coins_of
from stillwatch.core.errors import InputError
from stillwatch.service.attribution.serve_coins import CodebookServer, Counts, picked_answers

SECRET = bytes(range(32))
BOOK = Codebook(tuple(Choice(name=f"n{at}", first=f"uno{at}", second=f"dos{at}") for at in range(30)))
ANSWER = " ".join(choice.first for choice in BOOK.choices)


def test_each_choice_is_said_as_its_coin_fell_and_counted() -> None:
    server = CodebookServer(BOOK, SECRET)
    coins = coins_of(SECRET, BOOK.names)
    served = server.text(ANSWER)
    assert served.split() == [f"{'dos' if coin else 'uno'}{at}" for at, coin in enumerate(coins)]
    assert server.counts == Counts(1, 30, 30, int(coins.sum()))
    assert server.text(served) == served
    assert server.counts == Counts(2, 60, 60, int(coins.sum()))


def test_a_cohort_has_a_codeword_of_its_own() -> None:
    served = CodebookServer(BOOK, SECRET, cohort="c-1").text(ANSWER)
    word = codeword_of(SECRET, "c-1", BOOK.names)
    assert served.split() == [f"{'dos' if bit else 'uno'}{at}" for at, bit in enumerate(word)]


def test_a_field_deep_in_a_record() -> None:
    server = CodebookServer(BOOK, SECRET)
    record = {"id": 1, "choices": [{"message": {"role": "assistant", "content": ANSWER}}]}
    made = server.record(record, "choices.0.message.content", "a.jsonl:1")
    content = made["choices"][0]["message"]["content"]
    assert content == CodebookServer(BOOK, SECRET).text(ANSWER)
    assert made == {"id": 1, "choices": [{"message": {"role": "assistant", "content": content}}]}
    assert record["choices"][0]["message"]["content"] == ANSWER  # type: ignore[index]  # a record of ours


@pytest.mark.parametrize("field", ["answer", "choices.1.text", "choices.x", "id.deeper", "choices"])
def test_a_field_without_text(field: str) -> None:
    with pytest.raises(InputError, match=r"a\.jsonl:1: .*--field"):
        CodebookServer(BOOK, SECRET).record({"id": 1, "choices": [{"text": ANSWER}]}, field, "a.jsonl:1")


def test_of_each_pair_the_coin_s_answer_is_served() -> None:
    pairs = [AnswerPair(f"p{at}", "Say", "one", "two") for at in range(20)]
    coins = coins_of(SECRET, [one.name for one in pairs])
    picked = list(picked_answers(pairs, SECRET))
    assert [one["text"] for one in picked] == ["two" if coin else "one" for coin in coins]
    assert picked[0] == {"name": "p0", "prompt": "Say", "text": picked[0]["text"]}
