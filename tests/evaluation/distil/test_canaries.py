from __future__ import annotations

import numpy as np

from stillwatch.evaluation.distil.canaries import Canaries, mixed_in, nearer

CANARIES = Canaries(np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 7, 8], [4, 9, 9]]), np.array([1, 2]))
COINS = np.array([True, False])


def test_each_served_answer_stands_as_often_as_it_should_and_the_other_never():
    rows = mixed_in(np.zeros((8, 3), np.int64), CANARIES, COINS).tolist()
    assert len(rows) == 8
    assert [rows.count(one) for one in ([1, 7, 8], [1, 2, 3], [4, 5, 6], [4, 9, 9])] == [1, 0, 2, 0]
    assert mixed_in(np.zeros((1, 3), np.int64), CANARIES, COINS).tolist() == rows[-3:]


def test_an_own_answer_leans_to_the_one_that_it_shares_more_tokens_with():
    said = np.array([[1, 7, 3], [4, 5, 6]])
    assert nearer(said, CANARIES, 1).tolist() == [0, -1]
    assert nearer(np.array([[1, 7, 8], [4, 9, 6]]), CANARIES, 1).tolist() == [1, 0]
