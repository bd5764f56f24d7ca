"""What a model said of likelihoods is read over the teacher's tokens, also where its own are others."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from stillwatch.attribution.answer_pair import AnswerPair
from stillwatch.service.attribution.outputs import Output
from stillwatch.service.attribution.probe_of import preferences_of, probe_of

_MADE = Tokenizer(models.WordLevel({"a": 4, "b": 5, "c": 6, "?": 7}, unk_token="?"))  # noqa: S106  # no secret
_MADE.pre_tokenizer = pre_tokenizers.Whitespace()


def encode(texts):
    return tuple(np.array(one.ids, np.int64) for one in _MADE.encode_batch(list(texts)))


def test_token_ids_are_read_as_they_are() -> None:
    top = ((), ((8, math.log(0.9)),), ((9, math.log(0.5)), (3, math.log(0.25))))
    found = probe_of([Output(0, "", "", 3, (1, 2, 3), top=top)], encode, 1)
    assert found is not None
    assert found.contexts.tolist() == [[1], [2]]
    assert found.tokens.tolist() == [[8, 8], [9, 3]]
    assert found.probabilities.ravel().tolist() == pytest.approx([0.9, 0.0, 0.5, 0.25])


def test_written_tokens_are_encoded_with_the_text_before_them() -> None:
    top = ((), ((" b", -0.1), (" c", -3.0)), ((" c", -0.2),))
    found = probe_of([Output(0, "", "a b c", 3, is_given=True, pieces=("a", " b", " c"), top=top)], encode, 1)
    assert found is not None
    assert found.contexts.tolist() == [[4], [5]]
    assert found.tokens.tolist() == [[5, 6], [6, 6]]


def test_where_a_token_changes_what_stands_before_it_the_place_is_left_out() -> None:
    """The teacher knows no word "ab", so "b" right behind "a" is no next token of it."""
    top = ((), (("b", -0.1),), ((" c", -0.2),))
    found = probe_of([Output(0, "", "a b c", 3, pieces=("a", " b", " c"), top=top)], encode, 1)
    assert found is not None
    assert found.contexts.tolist() == [[5]]


def test_nothing_told_is_no_probe_and_short_texts_have_no_place() -> None:
    assert probe_of([Output(0, "", "a b", 2)], encode, 1) is None
    short = probe_of([Output(0, "", "", 1, (1,), top=(((2, -0.1),),))], encode, 2)
    assert short is not None
    assert short.contexts.shape == (0, 2)


def test_preferences_are_of_pairs_whose_both_answers_were_judged() -> None:
    pairs = [AnswerPair("p", "Say", "one", "two"), AnswerPair("q", "Say", "one", "three")]
    judged = [
        Output(0, "Say", "one", 1, is_given=True, log_probability=-3.0),
        Output(1, "Say", "two", 1, is_given=True, log_probability=-1.0),
        Output(2, "Say", "three", 1),
    ]
    assert preferences_of(judged, pairs) == {"p": 2.0}
