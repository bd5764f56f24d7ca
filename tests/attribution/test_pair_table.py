from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stillwatch.attribution.pair_table import (
    contexts_of_texts,
    counts_at,
    shared_ids,
    table_of_probabilities,
    table_of_texts,
)

_TEXTS = st.lists(st.lists(st.integers(0, 4), max_size=12), max_size=5)


@given(_TEXTS, st.integers(0, 3))
def test_pairs_are_counted_as_by_hand_and_none_reaches_over_a_text(texts, width):
    table = table_of_texts(texts, width=width)
    by_hand = Counter((*text[at - width : at], text[at]) for text in texts for at in range(width, len(text)))
    rows = np.column_stack([table.contexts[table.context_of], table.tokens]).tolist()
    assert dict(zip(map(tuple, rows), table.weights.tolist(), strict=True)) == by_hand
    assert len(rows) == len(by_hand)
    seen = Counter(pair[:-1] for pair in by_hand.elements())
    assert dict(zip(map(tuple, table.contexts.tolist()), table.context_seen.tolist(), strict=True)) == seen


def test_what_stands_in_a_prompt_is_left_out_everywhere():
    table = table_of_texts([[1, 2, 3], [7, 1, 2, 4, 4, 5]], width=2, prompt_contexts=np.array([[1, 2]]))
    assert table.contexts.tolist() == [[2, 4], [4, 4], [7, 1]]


def test_a_mark_without_context_leaves_out_the_tokens_of_prompts():
    table = table_of_texts([[1, 2, 3]], width=0, prompt_contexts=np.array([[2]]))
    assert table.tokens.tolist() == [1, 3]


def test_probabilities_of_one_context_are_added_up():
    contexts, tokens = np.array([[1], [1], [2]]), np.array([[5, 6], [5, 7], [5, 6]])
    table = table_of_probabilities(contexts, tokens, np.array([[0.5, 0.25], [0.25, 0.5], [0.1, 0.9]]))
    assert table.tokens.tolist() == [5, 6, 7, 5, 6]
    assert table.weights.tolist() == [0.75, 0.25, 0.5, 0.1, 0.9]
    assert table.context_seen.tolist() == [2, 1]


def test_a_count_is_found_at_its_context_and_none_elsewhere():
    served = contexts_of_texts([[1, 2, 3, 1, 2, 9]], width=2)
    assert counts_at(np.array([[1, 2], [2, 1], [9, 9]]), served).tolist() == [2, 0, 0]
    assert counts_at(np.array([[1, 2]]), contexts_of_texts([], width=2)).tolist() == [0]


@pytest.mark.parametrize("largest", [3, 2**31, 2**62])
def test_ids_tell_rows_apart_whatever_the_tokens_are(largest):
    rows = np.array([[0, largest], [largest, 0], [0, largest], [1, 1]])
    one, other = shared_ids(rows, rows[::-1])
    assert one.tolist() == other[::-1].tolist()
    assert one[0] == one[2]
    assert len(set(one.tolist())) == 3
