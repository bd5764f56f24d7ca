from __future__ import annotations

import numpy as np

from stillwatch.attribution.subject import Subject


def test_the_first_tokens_are_cut_out_of_the_texts_in_their_order():
    subject = Subject(name="x", texts=(np.arange(5), np.arange(3), np.arange(4)), prompts=(np.array([9]),))
    assert [text.tolist() for text in subject.first(7).texts] == [[0, 1, 2, 3, 4], [0, 1]]
    assert [len(text) for text in subject.first(5).texts] == [5]
    assert [len(text) for text in subject.first(99).texts] == [5, 3, 4]
    assert subject.first(7).prompts == subject.prompts
    assert Subject(name="x", texts=()).first(3).texts == ()


def test_what_was_said_is_cut_in_whole_replies():
    said = ("one two three", "four five", "six")
    tokenised = Subject(name="x", texts=(np.arange(5), np.arange(3), np.arange(2)), said=said)
    assert tokenised.first(6).said == said[:2]
    assert tokenised.first(5).said == said[:1]


def test_words_are_counted_where_nothing_was_tokenised():
    subject = Subject(name="x", texts=(), said=("one two three", "four five", "six"))
    assert subject.sizes == (3, 2, 1)
    assert subject.first(4).said == ("one two three", "four five")
    assert Subject(name="x", texts=(np.arange(5),), said=("one",)).sizes == (5,)
