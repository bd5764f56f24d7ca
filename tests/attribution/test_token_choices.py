from __future__ import annotations

import numpy as np

from stillwatch.attribution.codebook import leanings
from stillwatch.attribution.codeword import coins_of
from stillwatch.attribution.pair_table import table_of_texts
from stillwatch.attribution.sign_test import sign_test
from stillwatch.attribution.token_choices import choices_of, counts_of, rewritten
from stillwatch.evaluation.small_language import CountingStudent, SmallLanguage

_KEY = bytes(range(16))


def test_contexts_with_the_commonest_second_choice_come_first():
    texts = [[1, 5]] * 9 + [[1, 6]] * 2 + [[2, 7]] * 4 + [[2, 8]] * 3 + [[3, 9]] * 50
    choices = choices_of(table_of_texts(texts, width=1), 9)
    assert np.column_stack(choices).tolist() == [[2, 7, 8], [1, 5, 6]]
    assert choices_of(table_of_texts(texts, width=1), 1).firsts.tolist() == [7]


def test_choices_that_would_change_more_than_their_part_are_passed_over():
    texts = [[1, 5]] * 40 + [[1, 6]] * 40 + [[2, 7]] * 6 + [[2, 8]] * 4 + [[3, 9]] * 8 + [[3, 7]] * 2
    table = table_of_texts(texts, width=1)
    assert choices_of(table, 2, touched_share=0.1).contexts.tolist() == [[2], [3]]
    assert choices_of(table, 1, touched_share=0.4).contexts.tolist() == [[1]]


def test_a_coin_rewrites_either_choice_and_nothing_else():
    choices = choices_of(table_of_texts([[1, 5], [1, 5], [1, 6]], width=1), 1)
    text = np.array([1, 5, 1, 6, 1, 7, 5])
    assert rewritten(text, choices, np.array([False])).tolist() == [1, 5, 1, 5, 1, 7, 5]
    assert rewritten(text, choices, np.array([True])).tolist() == [1, 6, 1, 6, 1, 7, 5]
    assert counts_of([text], choices).tolist() == [[1, 1]]
    assert counts_of([[9]], choices).tolist() == [[0, 0]]


def test_a_student_of_rewritten_text_is_found_and_one_of_plain_text_is_not():
    language = SmallLanguage.of(symbols=64, seed=1)
    plain = language.sample(sequences=800, length=64, seed=2)
    choices = choices_of(table_of_texts(plain, width=2), 60)
    coins = coins_of(_KEY, choices.names)
    served = np.array([rewritten(text, choices, coins) for text in plain])
    assert np.mean(served != plain) <= 0.1
    baseline = counts_of(language.sample(sequences=800, length=64, seed=3), choices)
    lean = {}
    for name, texts in (("served", served), ("plain", plain)):
        suspect = CountingStudent.of(texts, symbols=64).sample(sequences=800, length=64, seed=4)
        lean[name] = leanings(counts_of(suspect, choices), baseline)
    assert sign_test(lean["served"], coins).log10_p < -6
    fresh = [sign_test(lean["plain"], coins_of(key.to_bytes(16), choices.names)).log10_p for key in range(500)]
    assert 0.03 <= np.mean(np.array(fresh) <= np.log10(0.05)) <= 0.075
    assert np.mean(np.array(fresh) <= -2) <= 0.024
